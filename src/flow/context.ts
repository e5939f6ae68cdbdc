// What a node is given besides the store: a signal, a folder, an environment, and somebody who may be
// looking on. It knows no log; the onlooker is told things and is never waited for.

export type SharedStore = Record<string, unknown>;
export type Action = string;

export interface NodeContext {
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The node that is running. */
  readonly node?: string;
  /** Which time the node runs in this flow; absent means 1. */
  readonly visit?: number;
  /** Which item of a batch this is; absent means no batch. */
  readonly item?: number;
  readonly observer?: NodeObserver;
}

export interface NodeObserver {
  /** A key of the store was read or written: `[key]`, or `[namespace, key]`. */
  touched(path: readonly [string] | readonly [string, string]): void;
  templateResolved(param: string, template: unknown, value: unknown): void;
  attemptStarted(attempt: number): void;
  /** An attempt failed and another one follows after `waitMs`. */
  attemptFailed(attempt: number, error: unknown, waitMs: number): void;
}
