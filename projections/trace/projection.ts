// The trace of a run's workflow, node by node, for people and agents who look for what happened. It knows
// no planner, and no file: where a trace is written is not its affair.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { collectCall, isCallEvent, type CallRecord } from '../tally/model-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { addCall, emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { emptyProgress, evolveProgress, type RunProgress } from '../tally/run-progress.ts';
import { changeStore, emptyStore, type StoreState } from '../store/projection.ts';
import type { StoreChange } from '../store/patches.ts';
import { traceDocument } from './document.ts';
import { recordNode, type NodeRecord } from './node-record.ts';
import { traceSchema, type Trace } from './schema.ts';
import { warningOf } from '../warnings/projection.ts';
import type { Warning } from '../warnings/schema.ts';

export interface TraceState {
  run: string;
  workflow_name: string | null;
  start_time: string | null;
  end_time: string | null;
  readonly progress: RunProgress;
  readonly store: StoreState;
  /** Every change of the store in order: a moment of the run is a position in here. */
  readonly journal: StoreChange[];
  /** In the order of their first event. */
  readonly nodes: Map<string, NodeRecord>;
  readonly calls: Map<number, CallRecord>;
  /** Of the planner, too: its share and that of the workflow are the whole. */
  readonly ledger: Ledger;
  readonly warnings: Warning[];
}

export interface TraceOptions {
  readonly pricing: Pricing;
  /** Longer strings are cut; 1,000 unless told. */
  readonly maxChars?: number;
  /** Size of the printed trace from which on snapshots hold only what a node touched; 10 MB unless told. */
  readonly maxWholeBytes?: number;
}

export function createTrace(options: TraceOptions): Projection<TraceState, Trace> {
  return {
    name: 'trace',
    summary: 'each node with the store before and after, its templates, model calls and error',
    handles: EVENT_TYPES,
    scope: 'run',
    initial: () => ({
      run: '',
      workflow_name: null,
      start_time: null,
      end_time: null,
      progress: emptyProgress(),
      store: emptyStore(),
      journal: [],
      nodes: new Map(),
      calls: new Map(),
      ledger: emptyLedger(),
      warnings: [],
    }),
    evolve(state, event) {
      noteRun(state, event);
      if (phaseOf(event) === 'planner') notePlanner(state, event, options.pricing);
      else if (event.type === 'warning.raised') state.warnings.push(warningOf(event));
      else if (event.type === 'store.changed') noteChanges(state, event);
      else if (isCallEvent(event)) noteCall(state, event, options.pricing);
      else recordNode(state.nodes, event, state.journal.length);
    },
    result: (state) => traceDocument(state, options),
    schema: traceSchema,
  };
}

function noteRun(state: TraceState, event: LogEvent): void {
  evolveProgress(state.progress, event);
  state.run = event.run;
  state.start_time ??= event.at;
  state.end_time = event.at;
  if (event.type === 'run.started') state.workflow_name ??= event.data.workflow?.name ?? null;
  // Only now does a planned workflow have its name. One with a node in its envelope is nested.
  if (event.type === 'workflow.started' && event.node === undefined) state.workflow_name = event.data.name;
}

function notePlanner(state: TraceState, event: LogEvent, pricing: Pricing): void {
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}

function noteChanges(state: TraceState, event: EventOf<'store.changed'>): void {
  const record = recordNode(state.nodes, event, state.journal.length);
  for (const change of changeStore(state.store, event)) {
    record?.changes.push(state.journal.length);
    state.journal.push(change);
  }
  if (record !== undefined) record.after = state.journal.length;
}

function noteCall(state: TraceState, event: Parameters<typeof collectCall>[1], pricing: Pricing): void {
  const record = recordNode(state.nodes, event, state.journal.length);
  if (collectCall(state.calls, event)) record?.calls.push(event.data.call);
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}
