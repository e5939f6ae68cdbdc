// Defines the state of the list of runs. It depends on the nodes of a run and not on its events.
import type { ErrorData } from '../../src/events/error-data.ts';
import { emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import { emptyProgress, type RunProgress } from '../tally/run-progress.ts';

/** The failure of a node that the run has not gone past. */
export interface OpenFailure {
  readonly node: string;
  readonly item: number | null;
  readonly attempts: number;
  readonly error: ErrorData;
}

/** The items of the last visit of a node with a batch. */
export interface BatchItems {
  readonly of: number;
  /** Indexes of items that failed, in the order of their ends; the first ones. */
  readonly failed: number[];
  count: number;
}

export interface RunRowState {
  workflow: string | null;
  started_at: string | null;
  ended_at: string | null;
  signal: string | null;
  tags: Readonly<Record<string, string>> | null;
  /** The run that it continues. */
  resumed_from: string | null;
  nodes: number | null;
  pid: number | null;
  host: string | null;
  /** Of the run. */
  error: ErrorData | null;
  readonly progress: RunProgress;
  readonly ledger: Ledger;
  retries: number;
  /** Ids of workflow nodes that have started. */
  readonly started: Set<string>;
  /** Attempts of visits and items that run, by their place. */
  readonly open: Map<string, { readonly node: string; attempts: number }>;
  failure: OpenFailure | null;
  /** By the path of the node. */
  readonly batches: Map<string, BatchItems>;
}

export interface RunsState {
  readonly runs: Map<string, RunRowState>;
}

export function emptyListedRun(): RunRowState {
  return {
    workflow: null,
    started_at: null,
    ended_at: null,
    signal: null,
    tags: null,
    resumed_from: null,
    nodes: null,
    pid: null,
    host: null,
    error: null,
    progress: emptyProgress(),
    ledger: emptyLedger(),
    retries: 0,
    started: new Set(),
    open: new Map(),
    failure: null,
    batches: new Map(),
  };
}
