// Defines the state of the planner-trace projection.
import type { ErrorData } from '../../src/events/error-data.ts';
import type { EventData } from '../../src/events/vocabulary.ts';
import { emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { CallRecord } from '../tally/model-calls.ts';

export interface VisitRecord {
  readonly node: string;
  readonly visit: number;
  node_type: string | null;
  started_ms: number | null;
  duration_ms: number | null;
  /** Null until the visit has ended. */
  success: boolean | null;
  action: string | null;
  error: ErrorData | null;
  retries: number;
}

export interface PlannerTraceState {
  run: string;
  started_at: string | null;
  user_input: string | null;
  /** `ms` of the planner's first and last event. */
  first_ms: number | null;
  last_ms: number;
  completed: EventData<'planner.completed'> | null;
  workflow: { readonly name: string; readonly nodes: readonly string[] } | null;
  /** In the order of their first event. */
  readonly visits: Map<string, VisitRecord>;
  readonly calls: Map<number, CallRecord>;
  /** Numbers of calls whose request was sent: at level metrics one without an end has no other event. */
  readonly sent: Set<number>;
  readonly ledger: Ledger;
}

export function emptyPlannerTrace(): PlannerTraceState {
  return {
    run: '',
    started_at: null,
    user_input: null,
    first_ms: null,
    last_ms: 0,
    completed: null,
    workflow: null,
    visits: new Map(),
    calls: new Map(),
    sent: new Set(),
    ledger: emptyLedger(),
  };
}
