// Traces a run's workflow node by node, for people and agents who investigate a run. Ignores planner nodes. Writes no
// files; the caller does.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { collectCall, isCallEvent, type CallEvent } from '../tally/model-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { addCall, followRunCalls } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { isOpenCallEvent } from '../tally/open-calls.ts';
import { evolveProgress } from '../tally/run-progress.ts';
import { changeStore } from '../store/projection.ts';
import { traceDocument, type TraceOptions } from './document.ts';
import { recordNodeEvent } from './node-record.ts';
import { traceSchema, type Trace } from './schema.ts';
import { warningOf } from '../warnings/projection.ts';
import { keepParams } from '../tally/written-params.ts';
import { emptyTrace, type TraceState } from './state.ts';

/** Creates the projection `trace`: each node with the store before and after, its model calls and its error. */
export function createTrace(options: TraceOptions): Projection<TraceState, Trace> {
  return {
    name: 'trace',
    summary: 'each node with the store before and after, its templates, model calls and error',
    handles: EVENT_TYPES,
    scope: 'run',
    initial: emptyTrace,
    evolve(state, event) {
      updateRun(state, event);
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      if (phaseOf(event) === 'planner') addPlannerEvent(state, event, options.pricing);
      else if (event.type === 'warning.raised') state.warnings.push(warningOf(event));
      else if (event.type === 'store.changed') addStoreChanges(state, event);
      else if (event.type === 'llm.sent') state.sent.add(event.data.call);
      else if (isCallEvent(event)) addCallEvent(state, event, options.pricing);
      else recordNodeEvent(state.nodes, event, state.journal.length);
    },
    result: (state) => traceDocument(state, options),
    schema: traceSchema,
  };
}

function updateRun(state: TraceState, event: LogEvent): void {
  evolveProgress(state.progress, event);
  state.run = event.run;
  state.start_time ??= event.at;
  state.end_time = event.at;
  if (event.type === 'run.started') startRun(state, event);
  if (event.type === 'workflow.started') keepParams(state.written, event.data.ir, event.node);
  // A planned workflow has no name before. A workflow with a node in its envelope is nested.
  if (event.type === 'workflow.started' && event.node === undefined) state.workflow_name = event.data.name;
}

function startRun(state: TraceState, { data }: EventOf<'run.started'>): void {
  state.workflow_name ??= data.workflow?.name ?? null;
  state.inputs = data.inputs ?? null;
  state.input_origins = data.input_origins ?? null;
  keepParams(state.written, data.ir, undefined);
}

function addPlannerEvent(state: TraceState, event: LogEvent, pricing: Pricing): void {
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}

function addStoreChanges(state: TraceState, event: EventOf<'store.changed'>): void {
  const record = recordNodeEvent(state.nodes, event, state.journal.length);
  for (const change of changeStore(state.store, event)) {
    record?.changes.push(state.journal.length);
    state.journal.push(change);
  }
  if (record !== undefined) record.after = state.journal.length;
}

function addCallEvent(state: TraceState, event: CallEvent, pricing: Pricing): void {
  const record = recordNodeEvent(state.nodes, event, state.journal.length);
  if (collectCall(state.calls, event)) record?.calls.push(event.data.call);
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}
