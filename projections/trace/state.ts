// Defines the state of the trace projection.
import { emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { StoreChange } from '../store/patches.ts';
import { emptyStore, type StoreState } from '../store/projection.ts';
import type { CallRecord } from '../tally/model-calls.ts';
import { emptyProgress, type RunProgress } from '../tally/run-progress.ts';
import type { Warning } from '../warnings/schema.ts';
import type { WrittenParams } from '../tally/written-params.ts';
import type { TraceNodeRecord } from './node-record.ts';

export interface TraceState {
  run: string;
  workflow_name: string | null;
  /** The inputs, and where each value comes from; null at level metrics. */
  inputs: Readonly<Record<string, unknown>> | null;
  input_origins: Readonly<Record<string, string>> | null;
  /** Params as written, by node id. */
  readonly written: WrittenParams;
  start_time: string | null;
  end_time: string | null;
  readonly progress: RunProgress;
  readonly store: StoreState;
  /** All changes of the store in order. A position in this list is a moment of the run. */
  readonly journal: StoreChange[];
  /** In the order of their first event. */
  readonly nodes: Map<string, TraceNodeRecord>;
  readonly calls: Map<number, CallRecord>;
  /** Numbers of calls whose request was sent: at level metrics one without an end has no other event. */
  readonly sent: Set<number>;
  /** Includes the planner's calls: the shares of planner and workflow add up to the total. */
  readonly ledger: Ledger;
  readonly warnings: Warning[];
}

export function emptyTrace(): TraceState {
  return {
    run: '',
    workflow_name: null,
    inputs: null,
    input_origins: null,
    written: new Map(),
    start_time: null,
    end_time: null,
    progress: emptyProgress(),
    store: emptyStore(),
    journal: [],
    nodes: new Map(),
    calls: new Map(),
    sent: new Set(),
    ledger: emptyLedger(),
    warnings: [],
  };
}
