// Walks from the start node along action edges until none fits.
import { PflowError } from '../errors.ts';
import type { Action, NodeContext, SharedStore } from './context.ts';
import type { Node } from './node.ts';

export interface FlowOutcome {
  readonly lastNode: string;
  readonly lastAction: Action;
  readonly shared: SharedStore;
}

export interface FlowOptions<C extends NodeContext> {
  /** How often one node may run; the guard against a loop without an exit. */
  readonly maxVisits?: number;
  /** Told when a failed node was left by its `error` edge. */
  readonly onRecovered?: (node: Node<C>, message: string) => void;
}

const MAX_VISITS = 1_000;

export class Flow<C extends NodeContext = NodeContext> {
  readonly start: Node<C>;
  readonly options: FlowOptions<C>;

  constructor(start: Node<C>, options: FlowOptions<C> = {}) {
    this.start = start;
    this.options = options;
  }

  /** Throws what the failing node threw, unless an `error` edge leads on. */
  async run(shared: SharedStore, context: C): Promise<FlowOutcome> {
    const visits = new Map<Node<C>, number>();
    const limit = this.options.maxVisits ?? MAX_VISITS;
    let node = this.start;
    for (;;) {
      context.signal.throwIfAborted();
      const visit = (visits.get(node) ?? 0) + 1;
      visits.set(node, visit);
      if (visit > limit) throw loopLimitError(node, limit);
      const action = await this.visit(node, shared, { ...context, node: node.id, visit });
      const next = node.successors.get(action);
      if (next === undefined) {
        if (action.startsWith('error')) throw returnedActionError(node, shared);
        return { lastNode: node.id, lastAction: action, shared };
      }
      node = next;
    }
  }

  private async visit(node: Node<C>, shared: SharedStore, context: C): Promise<Action> {
    try {
      const action = await node.run(shared, context);
      if (action === 'error' && node.successors.has('error')) {
        this.options.onRecovered?.(node, failureText(node, shared));
      }
      return action;
    } catch (error) {
      if (context.signal.aborted || !node.successors.has('error')) throw locate(error, node);
      this.options.onRecovered?.(node, error instanceof Error ? error.message : String(error));
      return 'error';
    }
  }
}

type Named = Pick<Node, 'id'>;

function loopLimitError(node: Named, limit: number): PflowError {
  return new PflowError(
    'LOOP_LIMIT',
    `node "${node.id}" was about to run for the ${String(limit + 1)}th time`,
    {
      node_id: node.id,
      hint: `A node may run ${String(limit)} times; give the loop an edge that leaves it.`,
    },
  );
}

function failureText(node: Named, shared: SharedStore): string {
  const own = shared[node.id];
  const text = typeof own === 'object' && own !== null ? (own as SharedStore)['error'] : shared['error'];
  return typeof text === 'string' ? text : 'it returned "error"';
}

function returnedActionError(node: Named, shared: SharedStore): PflowError {
  return new PflowError('NODE_FAILED', failureText(node, shared), {
    node_id: node.id,
    hint: 'Add an edge with "action": "error" to go on after a failure of this node.',
  });
}

/** A failure as the flow tells it: with the node that failed. What has a code already keeps it. */
function locate(error: unknown, node: Named): unknown {
  if (!(error instanceof PflowError)) {
    return new FailedNodeError(node.id, error, error instanceof Error ? error.message : String(error));
  }
  if (error.node_id !== undefined) return error;
  const { code, message, hint, path, details } = error;
  return new PflowError(code, message, {
    node_id: node.id,
    details,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(path === undefined ? {} : { path }),
  });
}

/** What a node threw, with the node that threw it. */
export class FailedNodeError extends Error {
  readonly node_id: string;

  constructor(node_id: string, cause: unknown, message: string) {
    super(message, { cause });
    this.name = 'FailedNode';
    this.node_id = node_id;
  }
}
