// Summarises a run for the terminal, during the run and after it: its progress, and state, time and cost of each node.
// The state grows with the nodes and never with the events, so it suits the live runner.
import type { LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES, VOCABULARY } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import {
  emptyTally,
  isNodeEvent,
  tallyBatch,
  tallyNode,
  tallyRestored,
  type NodeEvent,
} from '../tally/node-tally.ts';
import { isOpenCallEvent, LATE_CALL_TYPES } from '../tally/open-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { addCall, followRunCalls } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { evolveProgress } from '../tally/run-progress.ts';
import { summaryDocument } from './document.ts';
import { summarySchema, type Summary } from './schema.ts';
import { emptySummary, type NodeState, type SummaryState } from './state.ts';

/** Options of `createSummary`. */
export interface SummaryOptions {
  readonly pricing: Pricing;
}

/** Creates the projection `summary`: what the terminal shows of a run. */
export function createSummary({ pricing }: SummaryOptions): Projection<SummaryState, Summary> {
  return {
    name: 'summary',
    summary: 'what the terminal shows: progress of the run, time and cost of each node',
    handles: [...EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics'), ...LATE_CALL_TYPES],
    late: LATE_CALL_TYPES,
    scope: 'run',
    initial: emptySummary,
    evolve(state, event) {
      state.run = event.run;
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      if (event.type === 'llm.prompted') return;
      evolveProgress(state.progress, event);
      if (isNodeEvent(event)) addNodeEvent(state, event);
      else if (event.type === 'node.restored') tallyRestored(nodeOf(state, event).tally, event);
      else if (event.type === 'batch.started') tallyBatch(nodeOf(state, event).tally, event);
      else if (isModelCall(event)) addCall(state.ledger, pricing, event);
      else addRunEvent(state, event);
    },
    result: (state) => summaryDocument(state),
    schema: summarySchema,
  };
}

function addRunEvent(state: SummaryState, event: LogEvent): void {
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

function nodeOf(state: SummaryState, event: LogEvent): NodeState {
  const phase = phaseOf(event);
  const node_id = event.node ?? '';
  const key = JSON.stringify([phase, node_id]);
  let node = state.nodes.get(key);
  if (node === undefined) {
    node = { phase, node_id, tally: emptyTally(), since_ms: event.ms, attempt: 1 };
    state.nodes.set(key, node);
  }
  return node;
}

function addNodeEvent(state: SummaryState, event: NodeEvent): void {
  const node = nodeOf(state, event);
  // Items of a batch start and retry while the node as a whole goes on.
  if (event.item === undefined) {
    if (event.type === 'node.started') node.since_ms = event.ms;
    node.attempt = event.type === 'node.retried' ? (event.attempt ?? 1) + 1 : (event.attempt ?? 1);
  }
  tallyNode(node.tally, event);
}
