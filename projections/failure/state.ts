// Defines the state of the failure projection.
import type { ErrorData } from '../../src/events/error-data.ts';
import { emptyStore, type StoreState } from '../store/projection.ts';
import { emptyProgress, type RunProgress } from '../tally/run-progress.ts';
import type { ResolvedParam, WrittenParams } from '../tally/written-params.ts';
import type { Warning } from '../warnings/schema.ts';
import type { Failure } from './schema.ts';

/** A visit or an item of a node that has started. */
export interface NodeAttempt {
  readonly node: string;
  readonly visit: number;
  readonly item: number | null;
  node_type: string | null;
  readonly started_seq: number | null;
  readonly resolved: ResolvedParam[];
  readonly reads: Failure['reads'][number][];
  readonly attempts: Failure['attempts'][number][];
  /** What it wrote, where the store has no value of its own for the node. */
  outputs: Readonly<Record<string, unknown>> | null;
  /** The node that ended last before it. */
  readonly before: EndedNode | null;
}

export interface EndedNode {
  readonly node: string;
  readonly visit: number;
  readonly status: 'completed' | 'failed';
}

export interface FailedNode extends NodeAttempt {
  readonly error: ErrorData;
  readonly failed_seq: number;
}

/** Who wrote a key of the store last. `node` is null for the run itself. */
export interface KeyWriter {
  readonly node: string | null;
  readonly visit: number;
  readonly seq: number;
}

export interface FailureState {
  run: string;
  workflow: string | null;
  workflow_path: string | null;
  signal: string | null;
  runError: ErrorData | null;
  readonly progress: RunProgress;
  inputs: ReadonlySet<string>;
  input_origins: Readonly<Record<string, string>>;
  /** The inputs of nested workflows, by the node that runs them. */
  readonly nestedInputs: Map<string, ReadonlySet<string>>;
  /** Params as written, by node id. */
  readonly written: WrittenParams;
  /** Visits and items without an end, in the order of their start. */
  readonly open: Map<string, NodeAttempt>;
  failed: FailedNode | null;
  lastEnded: EndedNode | null;
  /** The last end of each node. */
  readonly ends: Map<string, EndedNode>;
  readonly store: StoreState;
  readonly writers: Map<string, KeyWriter>;
  readonly warnings: Warning[];
}

export function emptyFailure(): FailureState {
  return {
    run: '',
    workflow: null,
    workflow_path: null,
    signal: null,
    runError: null,
    progress: emptyProgress(),
    inputs: new Set(),
    input_origins: {},
    nestedInputs: new Map(),
    written: new Map(),
    open: new Map(),
    failed: null,
    lastEnded: null,
    ends: new Map(),
    store: emptyStore(),
    writers: new Map(),
    warnings: [],
  };
}
