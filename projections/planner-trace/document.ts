// Builds the trace of the planner from the folded state.
import { createDisplayFilter } from '../trace/display-filter.ts';
import { roundedMilliseconds } from '../tally/milliseconds.ts';
import type { CallRecord } from '../tally/model-calls.ts';
import type { PlannerTraceState, VisitRecord } from './state.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { present } from '../../src/values/present.ts';
import type { PlannerTrace, PlannerVisit } from './schema.ts';
import { toNumber } from '../pricing/decimal.ts';
import { dollarDoubts } from '../pricing/ledger/ledger-doubts.ts';
import type { Bucket } from '../pricing/ledger/ledger.ts';
import { isOfWorkflow, phaseDollars } from '../pricing/ledger/phase-dollars.ts';
import { sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { toTraceCalls } from '../trace/trace-call.ts';

/** Options of `createPlannerTrace`. */
export interface PlannerTraceOptions {
  readonly pricing: Pricing;
  /** Truncates longer strings; unlimited by default. */
  readonly maxChars?: number;
}

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
    ...present({ error }),
  };
}

function statusOf({ completed, first_ms }: PlannerTraceState): PlannerTrace['status'] {
  return completed?.status ?? (first_ms === null ? 'not_planned' : 'incomplete');
}

/** The path follows from the action of the planner's first node. */
function pathOf(visits: readonly VisitRecord[]): PlannerTrace['path_taken'] {
  const actions = visits
    .filter(({ node_type }) => node_type === 'WorkflowDiscovery')
    .map(({ action }) => action);
  if (actions.includes('found_existing')) return 'A';
  return actions.includes('not_found') ? 'B' : null;
}

function visitOf(record: VisitRecord, last_ms: number): PlannerVisit {
  const { node, node_type, visit, success, action, error, retries } = record;
  const elapsed = record.started_ms === null ? 0 : last_ms - record.started_ms;
  const status: PlannerVisit['status'] = success === null ? 'incomplete' : success ? 'success' : 'failed';
  return present({
    node,
    node_type,
    visit: visit > 1 ? visit : undefined,
    status,
    action: action ?? undefined,
    duration_ms: roundedMilliseconds(record.duration_ms ?? elapsed),
    attempts: retries > 0 ? retries + 1 : undefined,
    error: error ?? undefined,
  });
}

function callerOf({ prompted, completed, failed, answered }: CallRecord): {
  node: string | null;
  visit?: number;
} {
  const { node = null, visit = 1 } = prompted ?? completed ?? failed ?? answered ?? {};
  return visit > 1 ? { node, visit } : { node };
}

/** An open call may be one of the workflow. */
const isOfPlanner = (bucket: Bucket): boolean => !isOfWorkflow(bucket);

function summaryOf({ ledger, calls, sent }: PlannerTraceState): PlannerTrace['llm_summary'] {
  const sum = sumLedger(ledger, isOfPlanner);
  return {
    total_calls: new Set([...calls.keys(), ...sent]).size,
    failed_calls: sum.failed_calls,
    reused_calls: sum.reused_calls,
    total_tokens: toNumber(sum.tokens.total_tokens),
    total_cost_usd: phaseDollars(ledger).planner,
    exact: sum.exact,
    doubts: dollarDoubts(ledger, isOfPlanner),
    models_used: [...sum.models],
  };
}
