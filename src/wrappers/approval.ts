// Lets a node run only after it was approved, in a layer.
import { PflowError } from '../errors.ts';
import type { NodeContext } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { Params } from '../flow/node.ts';
import { shellPath } from '../values/shell-word.ts';

export interface ApprovalRequest {
  /** Path of the node. */
  readonly node: string;
  readonly type: string;
  /** With templates filled in; for a batch as in the file. Its items are not approved one by one. */
  readonly params: Params;
}

export type ApprovalDecision = 'approved' | 'denied' | 'waiting';

export interface ApprovalOptions {
  /** The log, if it is kept: the run can be resumed from it. */
  readonly log?: string | undefined;
  decide(request: ApprovalRequest): Promise<ApprovalDecision>;
  stop(error: PflowError): void;
}

export function createApprovalLayer<C extends NodeContext>(options: ApprovalOptions): Layer<C> {
  return {
    name: 'approval',
    async run(node, shared, context, inner) {
      const { node: path = node.id, signal, commandLines = {} } = context;
      signal.throwIfAborted();
      const shown = Object.entries(commandLines).map(([name, line]) => [name, line.shown] as const);
      const params = { ...node.params, ...Object.fromEntries(shown) };
      const decision = await options.decide({ node: path, type: node.type, params });
      context.observer?.approvalDecided(decision);
      if (decision === 'approved') return inner(node, shared, context);
      const error = decision === 'denied' ? deniedError(path) : requiredError(path, options.log);
      if (decision === 'denied') shared['error'] = error.message;
      options.stop(error);
      throw error;
    },
  };
}

/** Whether a node did not run because it waits for approval. */
export function isPause(error: unknown): boolean {
  return error instanceof PflowError && error.code === 'APPROVAL_REQUIRED';
}

function deniedError(node_id: string): PflowError {
  return new PflowError('APPROVAL_DENIED', `node "${node_id}" was not approved`, { node_id });
}

function requiredError(node_id: string, log: string | undefined): PflowError {
  const option = `--approve ${node_id}`;
  const hint =
    log === undefined
      ? `Run it again with ${option}. With --log, a run that waits can be resumed.`
      : `Go on with pflow resume ${shellPath(log)} ${option}, or end it with --deny ${node_id}.`;
  return new PflowError('APPROVAL_REQUIRED', `node "${node_id}" waits for approval`, { node_id, hint });
}
