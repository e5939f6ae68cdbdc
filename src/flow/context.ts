// Defines the context of a node. It is what the node gets besides the store: a signal, a folder, an environment and
// perhaps an observer, which is called and never waited for. No log is known here.

/** The values that nodes share, by name. `${node.key}` reads from it. */
export type SharedStore = Record<string, unknown>;
/** The name of the edge to take after a node. `default` and `error` are known to every type. */
export type Action = string;

/** What a node gets besides the store: the signal that stops it, a folder, an environment. */
export interface NodeContext {
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Id of the running node; `parent/child` inside of a nested workflow. */
  readonly node?: string;
  /** Number of the current run of the node in this flow; absent means 1. */
  readonly visit?: number;
  /** Index of the item in its batch; absent outside of a batch. */
  readonly item?: number;
  /** What the item of a batch writes, and the batch node. Absent outside of a batch. */
  readonly itemOutputs?: { readonly node: string; readonly outputs: SharedStore };
  /** Values that templates find before inputs and the store: the item of a batch. */
  readonly locals?: Readonly<Record<string, unknown>>;
  /** When the time of the run or the node is up, in milliseconds of `performance.now()`. Absent without a limit. */
  readonly endsAt?: number;
  /** The time limit of the node in seconds; absent without one. */
  readonly timeout_s?: number;
  /** The loop of the node, from its first iteration to its last. */
  readonly loop?: LoopState;
  readonly observer?: NodeObserver;
  /** By param: commands with values in them. The param itself is what the shell is given. */
  readonly commandLines?: Readonly<Record<string, CommandLine>>;
  /** Reports what may not be intended and stops nothing, with a log and without. */
  readonly warn?: (warning: NodeWarning) => void;
}

/** Changes from iteration to iteration. */
export interface LoopState {
  /** From 1. */
  iteration: number;
  /** Values for the next iteration. */
  carried: Readonly<Record<string, unknown>>;
  stopped: 'condition' | 'max_iterations' | undefined;
  /** The condition of this iteration was read. It was not where a record took the place of the node. */
  isDecided: boolean;
  /** Removes outputs of earlier iterations that this one did not write. */
  dropStale: (() => void) | undefined;
}

export interface NodeWarning {
  /** Upper case, such as `JSON_AS_TEXT`. */
  readonly code: string;
  /** One sentence that names the node. */
  readonly message: string;
  readonly node_id?: string;
}

export interface CommandLine {
  /** The command as in the workflow, with its values in place; secret inputs are redacted. */
  readonly shown: string;
  /** What the process needs in its environment. */
  readonly variables: readonly CommandVariable[];
  /** Values that a program may read as options. */
  readonly options?: readonly CommandOption[];
}

export interface CommandOption {
  /** The template in the command, such as `${file}`. */
  readonly template: string;
  /** The inputs and nodes that it names. */
  readonly names: readonly string[];
  readonly program: string;
}

export interface CommandVariable {
  readonly name: string;
  readonly value: string;
  /** The template in the command, such as `${file}`. */
  readonly template: string;
}

export interface NodeObserver {
  /** A key of the store was read or written: `[key]`, or `[namespace, key]`. */
  touched(path: readonly [string] | readonly [string, string]): void;
  templateResolved(param: string, template: unknown, value: unknown): void;
  /** A person decided about the node, or has to. */
  approvalDecided(decision: 'approved' | 'denied' | 'waiting'): void;
  /** The items of a batch are known. */
  batchStarted(items: number): void;
  attemptStarted(attempt: number): void;
  /** An attempt failed and another one follows after `waitMs`. */
  attemptFailed(attempt: number, error: unknown, waitMs: number): void;
}
