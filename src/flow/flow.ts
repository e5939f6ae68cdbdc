// Walks from the start node along action edges until no edge matches.
import { PflowError } from '../errors.ts';
import type { Action, NodeContext, SharedStore } from './context.ts';
import type { Node } from './node.ts';
import { NodeFailure } from './node-failure.ts';
import { stopsRun } from './stops-run.ts';

/** Where a flow ended, with the store at that moment. */
export interface FlowOutcome {
  readonly lastNode: string;
  readonly lastAction: Action;
  readonly shared: SharedStore;
}

/** Options of a flow. */
export interface FlowOptions<C extends NodeContext> {
  /** How many times one node may run: the guard against a loop without an exit. Default 1,000. */
  readonly maxVisits?: number;
  /** What precedes the ids of the nodes where others see them: `parent/`. */
  readonly path?: string;
  /** Numbers a visit where others see it. By default visits of this flow count from 1. */
  readonly numberVisit?: (path: string, visit: number) => number;
  /** Called when a failed node is left by its `error` edge. */
  readonly onRecovered?: (node: Node<C>, message: string) => void;
  /** Called before each visit. */
  readonly onEntered?: (node: Node<C>) => void;
  /** Called with the action of each visit that ended; `error` for a failure with an edge. */
  readonly onLeft?: (node: Node<C>, action: Action) => void;
}

const MAX_VISITS = 1_000;

/** Runs nodes from a start node along action edges, until no edge matches. */
export class Flow<C extends NodeContext = NodeContext> {
  readonly start: Node<C>;
  readonly options: FlowOptions<C>;

  constructor(start: Node<C>, options: FlowOptions<C> = {}) {
    this.start = start;
    this.options = options;
  }

  /** Throws the error of a failed node that has no `error` edge. */
  async run(shared: SharedStore, context: C): Promise<FlowOutcome> {
    const visits = new Map<Node<C>, number>();
    const { maxVisits: limit = MAX_VISITS, path: start = '', numberVisit } = this.options;
    let node = this.start;
    for (;;) {
      context.signal.throwIfAborted();
      const visit = (visits.get(node) ?? 0) + 1;
      visits.set(node, visit);
      const path = start + node.id;
      if (visit > limit) throw loopLimitError(path, limit);
      this.options.onEntered?.(node);
      const number = numberVisit?.(path, visit) ?? visit;
      const action = await this.visit(node, shared, { ...context, node: path, visit: number });
      this.options.onLeft?.(node, action);
      const next = node.successors.get(action);
      if (next === undefined) {
        if (action.startsWith('error')) throw returnedActionError(path, readStoredError(shared, node.id));
        return { lastNode: node.id, lastAction: action, shared };
      }
      node = next;
    }
  }

  private async visit(node: Node<C>, shared: SharedStore, context: C): Promise<Action> {
    try {
      const action = await node.run(shared, context);
      if (action === 'error' && node.successors.has('error')) {
        this.options.onRecovered?.(node, readStoredError(shared, node.id));
      }
      return action;
    } catch (error) {
      if (context.signal.aborted || stopsRun(error) || !node.successors.has('error'))
        throw addNodeId(error, context.node ?? node.id);
      this.options.onRecovered?.(node, error instanceof Error ? error.message : String(error));
      return 'error';
    }
  }
}

function loopLimitError(nodeId: string, limit: number): PflowError {
  return new PflowError(
    'LOOP_LIMIT',
    `node "${nodeId}" was about to run for the ${String(limit + 1)}th time`,
    {
      node_id: nodeId,
      hint: `A node may run ${String(limit)} times; give the loop an edge that leaves it.`,
    },
  );
}

/** Reads the error text that a node stored before it returned the action `error`. */
export function readStoredError(shared: SharedStore, nodeId: string): string {
  const own = shared[nodeId];
  const text = typeof own === 'object' && own !== null ? (own as SharedStore)['error'] : shared['error'];
  return typeof text === 'string' ? text : 'it returned "error"';
}

function returnedActionError(node_id: string, message: string): PflowError {
  return new PflowError('NODE_FAILED', message, {
    node_id,
    hint: 'Add an edge with "action": "error" to go on after a failure of this node.',
  });
}

/** Adds the id of the node. A PflowError keeps its code; an error keeps an id that it has already. */
function addNodeId(error: unknown, nodeId: string): unknown {
  if (!(error instanceof PflowError)) {
    const failed = error instanceof NodeFailure ? (error.node_id ?? nodeId) : nodeId;
    return new FailedNodeError(failed, error, error instanceof Error ? error.message : String(error));
  }
  return error.node_id === undefined ? error.with({ node_id: nodeId }) : error;
}

/** Wraps the error of a node together with the id of the node. */
export class FailedNodeError extends Error {
  readonly node_id: string;

  constructor(node_id: string, cause: unknown, message: string) {
    super(message, { cause });
    this.name = 'FailedNodeError';
    this.node_id = node_id;
  }
}
