// Runs one node with given params, an empty store and, by default, no model.
import { tmpdir } from 'node:os';
import type { NodeObserver, SharedStore } from '../../src/flow/context.ts';
import type { Retry } from '../../src/flow/node.ts';
import type { NodeType } from '../../src/flow/node-type.ts';
import type { ModelClient } from '../../src/models/model.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';

export interface NodeRunOptions {
  readonly shared?: SharedStore;
  readonly context?: Partial<RunContext>;
  readonly retry?: Retry;
  readonly timeout_s?: number;
  /** False for the attempts of the type, which the workflow does not name. */
  readonly retryRequested?: boolean;
}

export interface NodeRun {
  readonly shared: SharedStore;
  readonly action: string | undefined;
  /** The error that the node threw. */
  readonly error: unknown;
}

const noModels: ModelClient = {
  answer: () => Promise.reject(new Error('no model in this test')),
};

function runContext(given: Partial<RunContext> = {}): RunContext {
  return {
    signal: new AbortController().signal,
    cwd: tmpdir(),
    env: process.env,
    models: noModels,
    ...given,
  };
}

export async function runNode(
  type: NodeType<RunContext>,
  params: Record<string, unknown>,
  options: NodeRunOptions = {},
): Promise<NodeRun> {
  const node = type.create('n');
  node.params = params;
  if (options.retry !== undefined) node.retry = options.retry;
  node.retryRequested = options.retryRequested ?? options.retry !== undefined;
  if (options.timeout_s !== undefined) node.timeout_s = options.timeout_s;
  const shared = options.shared ?? {};
  try {
    return { shared, action: await node.run(shared, runContext(options.context)), error: undefined };
  } catch (error) {
    return { shared, action: undefined, error };
  }
}

/** Records the failed attempts as `[attempt, waitMs]`. */
export function recordFailedAttempts(): {
  readonly observer: NodeObserver;
  readonly failed: [number, number][];
} {
  const failed: [number, number][] = [];
  const observer: NodeObserver = {
    touched: () => undefined,
    templateResolved: () => undefined,
    approvalDecided: () => undefined,
    batchStarted: () => undefined,
    attemptStarted: () => undefined,
    attemptFailed: (attempt, _error, waitMs) => {
      failed.push([attempt, waitMs]);
    },
  };
  return { observer, failed };
}
