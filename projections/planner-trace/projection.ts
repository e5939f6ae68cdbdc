// The trace of a run's planner: which way it went, what each node did, and every question to a model with its answer and
// its bill. It knows nothing of the nodes of a workflow.
import type { ErrorData } from '../../src/events/error-data.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { EVENT_TYPES, type EventData } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { collectCall, isCallEvent, type CallRecord } from '../tally/model-calls.ts';
import { isNodeEvent, type NodeEvent } from '../tally/node-tally.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { plannerTraceDocument } from './document.ts';
import { plannerTraceSchema, type PlannerTrace } from './schema.ts';
import { addCall, emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/pricing.ts';

export interface VisitRecord {
  readonly node: string;
  readonly visit: number;
  node_type: string | null;
  started_ms: number | null;
  duration_ms: number | null;
  /** Null until it has ended. */
  success: boolean | null;
  action: string | null;
  error: ErrorData | null;
  retries: number;
}

export interface PlannerTraceState {
  run: string;
  started_at: string | null;
  user_input: string | null;
  /** `ms` of the first event of the planner and of the last one. */
  first_ms: number | null;
  last_ms: number;
  completed: EventData<'planner.completed'> | null;
  workflow: { readonly name: string; readonly nodes: readonly string[] } | null;
  /** In the order of their first event. */
  readonly visits: Map<string, VisitRecord>;
  readonly calls: Map<number, CallRecord>;
  readonly ledger: Ledger;
}

export interface PlannerTraceOptions {
  readonly pricing: Pricing;
  /** Longer strings are cut; nothing is unless told. */
  readonly maxChars?: number;
}

export function createPlannerTrace(
  options: PlannerTraceOptions,
): Projection<PlannerTraceState, PlannerTrace> {
  return {
    name: 'planner-trace',
    summary: 'how a sentence became a workflow: nodes, prompts, answers and cost of the planner',
    handles: EVENT_TYPES,
    scope: 'run',
    initial: () => ({
      run: '',
      started_at: null,
      user_input: null,
      first_ms: null,
      last_ms: 0,
      completed: null,
      workflow: null,
      visits: new Map(),
      calls: new Map(),
      ledger: emptyLedger(),
    }),
    evolve(state, event) {
      noteRun(state, event);
      if (phaseOf(event) !== 'planner') return;
      state.first_ms ??= event.ms;
      if (event.ms > state.last_ms) state.last_ms = event.ms;
      if (isNodeEvent(event)) noteNode(visitOf(state, event), event);
      else if (isCallEvent(event)) noteCall(state, event, options.pricing);
      else if (event.type === 'planner.completed') state.completed ??= event.data;
    },
    result: (state) => plannerTraceDocument(state, options),
    schema: plannerTraceSchema,
  };
}

function noteRun(state: PlannerTraceState, event: LogEvent): void {
  state.run = event.run;
  state.started_at ??= event.at;
  if (event.type === 'run.started') state.user_input ??= event.data.request ?? null;
  if (event.type === 'workflow.started' && event.node === undefined) {
    const { name, nodes } = event.data;
    state.workflow ??= { name, nodes };
  }
}

function visitOf(state: PlannerTraceState, { node = '', visit = 1 }: NodeEvent): VisitRecord {
  const key = JSON.stringify([node, visit]);
  const known = state.visits.get(key);
  if (known !== undefined) return known;
  const record: VisitRecord = {
    ...{ node, visit, node_type: null, started_ms: null, duration_ms: null },
    ...{ success: null, action: null, error: null, retries: 0 },
  };
  state.visits.set(key, record);
  return record;
}

function noteNode(record: VisitRecord, event: NodeEvent): void {
  switch (event.type) {
    case 'node.started':
      record.node_type = event.data.node_type;
      record.started_ms ??= event.ms;
      return;
    case 'node.retried':
      record.retries += 1;
      return;
    case 'node.completed':
      end(record, event.data, true);
      record.action = event.data.action;
      record.error = null;
      return;
    case 'node.failed':
      end(record, event.data, false);
      record.error = event.data.error;
      return;
    default:
      event satisfies never;
  }
}

function end(
  record: VisitRecord,
  { node_type, duration_ms }: { readonly node_type: string; readonly duration_ms: number },
  success: boolean,
): void {
  record.node_type = node_type;
  record.duration_ms = (record.duration_ms ?? 0) + duration_ms;
  record.success = success;
}

function noteCall(
  state: PlannerTraceState,
  event: Parameters<typeof collectCall>[1],
  pricing: Pricing,
): void {
  collectCall(state.calls, event);
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}
