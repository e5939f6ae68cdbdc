// Traces a run's planner: the path it took, each of its nodes, and every model call with request, answer and bill.
// Ignores the nodes of workflows.
import { isModelCall } from '../../src/events/model-call.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { EVENT_TYPES } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { collectCall, isCallEvent, type CallEvent } from '../tally/model-calls.ts';
import { isNodeEvent, type NodeEvent } from '../tally/node-tally.ts';
import { isOpenCallEvent } from '../tally/open-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { plannerTraceDocument, type PlannerTraceOptions } from './document.ts';
import { plannerTraceSchema, type PlannerTrace } from './schema.ts';
import { emptyPlannerTrace, type PlannerTraceState, type VisitRecord } from './state.ts';
import { addCall, followRunCalls } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';

/** Creates the projection `planner-trace`: how a sentence became a workflow. */
export function createPlannerTrace(
  options: PlannerTraceOptions,
): Projection<PlannerTraceState, PlannerTrace> {
  return {
    name: 'planner-trace',
    summary: 'how a sentence became a workflow: nodes, prompts, answers and cost of the planner',
    handles: EVENT_TYPES,
    scope: 'run',
    initial: emptyPlannerTrace,
    evolve(state, event) {
      updateRun(state, event);
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      if (phaseOf(event) !== 'planner') return;
      state.first_ms ??= event.ms;
      if (event.ms > state.last_ms) state.last_ms = event.ms;
      if (isNodeEvent(event)) addNodeEvent(getOrCreateVisit(state, event), event);
      else if (event.type === 'llm.sent') state.sent.add(event.data.call);
      else if (isCallEvent(event)) addCallEvent(state, event, options.pricing);
      else if (event.type === 'planner.completed') state.completed ??= event.data;
    },
    result: (state) => plannerTraceDocument(state, options),
    schema: plannerTraceSchema,
  };
}

function updateRun(state: PlannerTraceState, event: LogEvent): void {
  state.run = event.run;
  state.started_at ??= event.at;
  if (event.type === 'run.started') state.user_input ??= event.data.request ?? null;
  if (event.type === 'workflow.started' && event.node === undefined) {
    const { name, nodes } = event.data;
    state.workflow ??= { name, nodes };
  }
}

function getOrCreateVisit(state: PlannerTraceState, { node = '', visit = 1 }: NodeEvent): VisitRecord {
  const key = JSON.stringify([node, visit]);
  const known = state.visits.get(key);
  if (known !== undefined) return known;
  const record: VisitRecord = {
    node,
    visit,
    node_type: null,
    started_ms: null,
    duration_ms: null,
    success: null,
    action: null,
    error: null,
    retries: 0,
  };
  state.visits.set(key, record);
  return record;
}

function addNodeEvent(record: VisitRecord, event: NodeEvent): void {
  switch (event.type) {
    case 'node.started':
      record.node_type = event.data.node_type;
      record.started_ms ??= event.ms;
      return;
    case 'node.retried':
      record.retries += 1;
      return;
    case 'node.completed':
      endVisit(record, event.data, true);
      record.action = event.data.action;
      record.error = null;
      return;
    case 'node.failed':
      endVisit(record, event.data, false);
      record.error = event.data.error;
      return;
    default:
      event satisfies never;
  }
}

function endVisit(
  record: VisitRecord,
  { node_type, duration_ms }: { readonly node_type: string; readonly duration_ms: number },
  success: boolean,
): void {
  record.node_type = node_type;
  record.duration_ms = (record.duration_ms ?? 0) + duration_ms;
  record.success = success;
}

function addCallEvent(state: PlannerTraceState, event: CallEvent, pricing: Pricing): void {
  collectCall(state.calls, event);
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
}
