// What a terminal shows while a run goes on and after it: where it stands, and state, time and cost of each
// node. Its state grows with the nodes and never with the events, so it suits the live runner.
import type { LogEvent, Phase } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES, VOCABULARY } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { emptyTally, isNodeEvent, tallyNode, type NodeEvent, type NodeTally } from '../tally/node-tally.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { addCall, emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { emptyProgress, evolveProgress, type RunProgress } from '../tally/run-progress.ts';
import { summaryDocument } from './document.ts';
import { summarySchema, type Summary } from './schema.ts';

export interface NodeState {
  readonly phase: Phase;
  readonly node_id: string;
  readonly tally: NodeTally;
  /** `ms` of its last start. */
  since_ms: number;
  attempt: number;
}

export interface SummaryState {
  run: string;
  workflow_name: string | null;
  phase: Phase | null;
  /** Node ids of the workflow in document order. */
  order: readonly string[];
  warnings: number;
  readonly progress: RunProgress;
  readonly nodes: Map<string, NodeState>;
  readonly ledger: Ledger;
}

export interface SummaryOptions {
  readonly pricing: Pricing;
}

export function createSummary({ pricing }: SummaryOptions): Projection<SummaryState, Summary> {
  return {
    name: 'summary',
    summary: 'what the terminal shows: where the run stands, time and cost of each node',
    handles: EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics'),
    scope: 'run',
    initial: () => ({
      run: '',
      workflow_name: null,
      phase: null,
      order: [],
      warnings: 0,
      progress: emptyProgress(),
      nodes: new Map(),
      ledger: emptyLedger(),
    }),
    evolve(state, event) {
      state.run = event.run;
      evolveProgress(state.progress, event);
      if (isNodeEvent(event)) noteNode(state, event);
      else if (isModelCall(event)) addCall(state.ledger, pricing, event);
      else noteRun(state, event);
    },
    result: (state) => summaryDocument(state),
    schema: summarySchema,
  };
}

function noteRun(state: SummaryState, event: LogEvent): void {
  if (event.node !== undefined && event.type !== 'warning.raised') return;
  switch (event.type) {
    case 'run.started':
      state.workflow_name ??= event.data.workflow?.name ?? null;
      return;
    case 'planner.started':
      state.phase = 'planner';
      return;
    case 'workflow.started':
      state.phase = 'workflow';
      state.workflow_name = event.data.name;
      state.order = event.data.nodes;
      return;
    case 'warning.raised':
      state.warnings += 1;
      return;
    default:
  }
}

function noteNode(state: SummaryState, event: NodeEvent): void {
  const phase = phaseOf(event);
  const node_id = event.node ?? '';
  const key = JSON.stringify([phase, node_id]);
  let node = state.nodes.get(key);
  if (node === undefined) {
    node = { phase, node_id, tally: emptyTally(), since_ms: event.ms, attempt: 1 };
    state.nodes.set(key, node);
  }
  if (event.type === 'node.started') node.since_ms = event.ms;
  if (event.type === 'node.retried') node.attempt = (event.attempt ?? 1) + 1;
  else node.attempt = event.attempt ?? 1;
  tallyNode(node.tally, event);
}
