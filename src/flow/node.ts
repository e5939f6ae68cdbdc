// Defines a node and runs it with retries and a timeout. prep reads the store, exec does the work and may be retried,
// post writes the store and returns the action that names the next edge. A node knows no log and no wrapper.
import type { Action, NodeContext, SharedStore } from './context.ts';
import { Deadline, LONGEST_TIMER_MS } from './deadline.ts';
import { wrapRun, runBareNode, type Layer, type RunNode } from './layer.ts';
import { NodeFailure } from './node-failure.ts';

export type Params = Record<string, unknown>;

export interface Retry {
  /** Attempts in total, at least 1. */
  readonly max: number;
  /** Seconds before the second attempt; each further wait is twice as long. */
  readonly wait_s: number;
}

/** Limits the growing waits. A wait that the server requests may be longer. */
const LONGEST_BACKOFF_MS = 60_000;

/** Key of the layers of a node. */
const LAYERS = Symbol('layers');

interface Layers<C extends NodeContext> {
  /** Outermost first. */
  readonly names: readonly string[];
  readonly run: RunNode<C>;
}

export abstract class Node<C extends NodeContext = NodeContext> {
  readonly id: string;
  readonly type: string;
  params: Params = {};
  retry: Retry = { max: 1, wait_s: 1 };
  timeout_s: number | undefined = undefined;
  /** Params that are passed on verbatim: no template in them is filled in. */
  readonly literal: readonly string[] = [];
  /** Params that are commands for a shell: values in them are handed over as variables. */
  readonly commands: readonly string[] = [];
  readonly successors: Map<Action, Node<C>> = new Map();

  declare private [LAYERS]: Layers<C>;

  constructor(id: string, type: string) {
    this.id = id;
    this.type = type;
    // Not enumerable, so that a copy by spread, JSON or structuredClone holds no layers.
    Object.defineProperty(this, LAYERS, { value: { names: [], run: runBareNode }, writable: true });
  }

  prep(_shared: SharedStore, _context: C): unknown {
    return undefined;
  }

  exec(_prepared: unknown, _context: C): unknown {
    return undefined;
  }

  post(_shared: SharedStore, _prepared: unknown, _result: unknown, _context: C): Action | Promise<Action> {
    return 'default';
  }

  /** Adds the edge `action` to `node`. Returns `node`, so that a sequence reads from left to right. */
  next(node: Node<C>, action: Action = 'default'): Node<C> {
    this.successors.set(action, node);
    return node;
  }

  /** Adds the edge `action` to `node` and returns this node. */
  on(action: Action, node: Node<C>): this {
    this.successors.set(action, node);
    return this;
  }

  /**
   * Copies the node with its own params and edges; layers are shared. No constructor runs, so a class with `#private`
   * fields needs its own `clone`.
   */
  clone(): this {
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    Object.defineProperties(copy, Object.getOwnPropertyDescriptors(this));
    copy.params = { ...this.params };
    Object.defineProperty(copy, 'successors', { value: new Map(this.successors), enumerable: true });
    return copy;
  }

  /** Puts `layer` around the node and the layers that it has already. */
  wrap(layer: Layer<C>): this {
    const { names, run } = this[LAYERS];
    this[LAYERS] = { names: [layer.name, ...names], run: wrapRun(layer, run) };
    return this;
  }

  /** Names of the layers, outermost first. */
  get layers(): readonly string[] {
    return this[LAYERS].names;
  }

  run(shared: SharedStore, context: C): Promise<Action> {
    return this[LAYERS].run(this, shared, context);
  }

  /** Runs the bare node: prep, exec with its attempts, post. Stores the outputs and the text of a failure. */
  async execute(shared: SharedStore, outer: C): Promise<Action> {
    const deadline = this.timeout_s === undefined ? undefined : new Deadline(outer.signal, this.timeout_s);
    const context = deadline === undefined ? outer : { ...outer, signal: deadline.signal };
    try {
      const prepared = await this.prep(shared, context);
      const result = await this.attempt(prepared, context, deadline);
      const action: unknown = await this.post(shared, prepared, result, context);
      return typeof action === 'string' ? action : 'default';
    } catch (error) {
      const failure = deadline?.expired === true ? timeoutError(deadline, error) : error;
      if (failure instanceof NodeFailure) Object.assign(shared, failure.outputs);
      shared['error'] = failure instanceof Error ? failure.message : String(failure);
      throw failure;
    } finally {
      deadline?.clear();
    }
  }

  private async attempt(prepared: unknown, context: C, deadline: Deadline | undefined): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      // An exec that only listens for the abort would miss an earlier one.
      context.signal.throwIfAborted();
      context.observer?.attemptStarted(attempt);
      try {
        const work = this.exec(prepared, context);
        return await (deadline !== undefined && work instanceof Promise ? deadline.settle(work) : work);
      } catch (error) {
        const isLast = attempt >= this.retry.max || context.signal.aborted;
        if (isLast || !(error instanceof NodeFailure) || !error.retryable) throw error;
        const backoffMs = this.retry.wait_s * 1000 * 2 ** (attempt - 1);
        const waitMs = error.retryAfterMs ?? Math.min(backoffMs, LONGEST_BACKOFF_MS);
        context.observer?.attemptFailed(attempt, error, waitMs);
        await sleep(waitMs, context.signal);
      }
    }
  }
}

function timeoutError(deadline: Deadline, error: unknown): NodeFailure {
  return new NodeFailure(`no result after ${String(deadline.seconds)} s`, {
    code: 'NODE_TIMEOUT',
    hint: 'Raise timeout_s of the node, or find out why it takes so long.',
    outputs: error instanceof NodeFailure ? error.outputs : {},
    details: error instanceof NodeFailure ? error.details : [],
    cause: error,
  });
}

/** Waits. Rejects with the reason of `signal` once that is aborted. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    const end = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, LONGEST_TIMER_MS));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
