// Writes the trace of the planner down from what was folded.
import { createDisplayFilter } from '../trace/display-filter.ts';
import { roundedMilliseconds } from '../tally/milliseconds.ts';
import type { CallRecord } from '../tally/model-calls.ts';
import type { PlannerTraceOptions, PlannerTraceState, VisitRecord } from './projection.ts';
import type { PlannerTrace, PlannerVisit } from './schema.ts';
import { toNumber } from '../pricing/decimal.ts';
import { phaseDollars } from '../pricing/ledger/phase-dollars.ts';
import { sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { toTraceCalls } from '../trace/trace-call.ts';

export function plannerTraceDocument(state: PlannerTraceState, options: PlannerTraceOptions): PlannerTrace {
  const { completed, workflow, calls } = state;
  const filter = createDisplayFilter(options.maxChars ?? Number.POSITIVE_INFINITY);
  const view = { filter, pricing: options.pricing };
  const error = completed?.error;
  return {
    format_version: '1.0.0',
    execution_id: state.run,
    timestamp: state.started_at,
    user_input: state.user_input === null ? null : String(filter(state.user_input)),
    status: statusOf(state),
    duration_ms: roundedMilliseconds(
      completed?.duration_ms ?? state.last_ms - (state.first_ms ?? state.last_ms),
    ),
    path_taken: pathOf([...state.visits.values()]),
    node_execution: [...state.visits.values()].map((record) => visitOf(record, state.last_ms)),
    llm_calls: [...calls.values()].flatMap((record) =>
      toTraceCalls([record.call], calls, view).map((call) => ({ ...callerOf(record), ...call })),
    ),
    llm_summary: summaryOf(state),
    workflow: workflow === null ? null : { name: workflow.name, nodes: [...workflow.nodes] },
    ...(error === undefined ? {} : { error }),
  };
}

function statusOf({ completed, first_ms }: PlannerTraceState): PlannerTrace['status'] {
  return completed?.status ?? (first_ms === null ? 'not_planned' : 'incomplete');
}

/** Told by the first node of the planner alone: what it found decides. */
function pathOf(visits: readonly VisitRecord[]): PlannerTrace['path_taken'] {
  const actions = visits
    .filter(({ node_type }) => node_type === 'WorkflowDiscovery')
    .map(({ action }) => action);
  if (actions.includes('found_existing')) return 'A';
  return actions.includes('not_found') ? 'B' : null;
}

function visitOf(record: VisitRecord, last_ms: number): PlannerVisit {
  const { node, node_type, visit, success, action, error, retries } = record;
  const busy = record.started_ms === null ? 0 : last_ms - record.started_ms;
  return {
    node,
    node_type,
    ...(visit > 1 ? { visit } : {}),
    status: success === null ? 'incomplete' : success ? 'success' : 'failed',
    ...(action === null ? {} : { action }),
    duration_ms: roundedMilliseconds(record.duration_ms ?? busy),
    ...(retries > 0 ? { attempts: retries + 1 } : {}),
    ...(error === null ? {} : { error }),
  };
}

function callerOf({ prompted, completed, failed, answered }: CallRecord): {
  node: string | null;
  visit?: number;
} {
  const { node = null, visit = 1 } = prompted ?? completed ?? failed ?? answered ?? {};
  return visit > 1 ? { node, visit } : { node };
}

function summaryOf({ ledger, calls }: PlannerTraceState): PlannerTrace['llm_summary'] {
  const sum = sumLedger(ledger);
  return {
    total_calls: calls.size,
    failed_calls: sum.failed_calls,
    reused_calls: sum.reused_calls,
    total_tokens: toNumber(sum.tokens.total_tokens),
    total_cost_usd: phaseDollars(ledger).planner,
    models_used: [...sum.models],
  };
}
