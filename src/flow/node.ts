// Defines a node and runs it with retries and a timeout. First prep reads the store, then exec does the work and may
// be retried, then post writes the store and returns the action that names the next edge. A node knows no log and no
// wrapper.
import { addAttempts, runAttempts, type Retry } from './attempts.ts';
import type { Action, NodeContext, SharedStore } from './context.ts';
import { Deadline } from './deadline.ts';
import { wrapRun, runBareNode, type Layer, type RunNode } from './layer.ts';
import { NodeFailure } from './node-failure.ts';

export type { Retry } from './attempts.ts';

/** Params of a node by name, as in the workflow file. */
export type Params = Record<string, unknown>;

/** Key of the layers of a node. */
const LAYERS = Symbol('layers');

interface Layers<C extends NodeContext> {
  /** Outermost first. */
  readonly names: readonly string[];
  readonly run: RunNode<C>;
}

/**
 * A node of a flow. Override `prep` (reads the store), `exec` (does the work, may be retried) and `post` (writes the
 * store and returns the action).
 */
export abstract class Node<C extends NodeContext = NodeContext> {
  readonly id: string;
  readonly type: string;
  params: Params = {};
  retry: Retry = { max: 1, wait_s: 1 };
  /** True when the workflow, and not the type, names the attempts. */
  retryRequested = false;
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
    // By assignment: an object whose properties are defined from descriptors is slow for its whole life.
    Object.assign(copy, this, { params: { ...this.params }, successors: new Map(this.successors) });
    Object.defineProperty(copy, LAYERS, { value: this[LAYERS], writable: true });
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
    const { timeout_s } = this;
    const deadline = timeout_s === undefined ? undefined : new Deadline(outer.signal, timeout_s);
    const context = deadline === undefined ? outer : { ...outer, ...limitTime(deadline, outer) };
    let attempts = 0;
    try {
      const prepared = await this.prep(shared, context);
      const result = await runAttempts(
        (attempt) => {
          attempts = attempt;
          const work = this.exec(prepared, context);
          return deadline !== undefined && work instanceof Promise ? deadline.settle(work) : work;
        },
        { retry: this.retry, retryRequested: this.retryRequested, context },
      );
      const action: unknown = await this.post(shared, prepared, result, context);
      return typeof action === 'string' ? action : 'default';
    } catch (error) {
      const cause = deadline?.expired === true ? timeoutError(deadline, error) : error;
      const failure = outer.signal.aborted ? cause : addAttempts(cause, attempts);
      if (failure instanceof NodeFailure) Object.assign(shared, failure.outputs);
      shared['error'] = failure instanceof Error ? failure.message : String(failure);
      throw failure;
    } finally {
      deadline?.clear();
    }
  }
}

/** The signal and the time limits of a node with a limit of its own. */
function limitTime(
  { signal, seconds }: Deadline,
  { endsAt = Infinity }: NodeContext,
): Pick<NodeContext, 'signal' | 'endsAt' | 'timeout_s'> {
  return { signal, timeout_s: seconds, endsAt: Math.min(endsAt, performance.now() + seconds * 1000) };
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
