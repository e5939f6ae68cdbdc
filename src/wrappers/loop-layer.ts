// Runs a node again until a condition holds, in two layers: one around all iterations, and one inside of each.
import { PflowError } from '../errors.ts';
import type { LoopState, NodeContext, SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { Params } from '../flow/node.ts';
import { kindOf, withArticle } from '../values/json-kind.ts';
import { coerceValue } from '../workflow/coerce-value.ts';
import type { Loop } from '../workflow/schema.ts';
import { resolveParams } from '../workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';
import { unobservedView, viewStore } from './store-view.ts';

export interface LoopOptions {
  readonly loop: Loop;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface LoopVisits extends LoopOptions {
  /** Nodes have their own parts of the store. */
  readonly isNamespaced: boolean;
  /** Gives the numbers of visits inside of a nested workflow. */
  readonly numberVisit?: (path: string) => number;
}

/** Each iteration is a visit of the node. */
export function createLoopLayer<C extends NodeContext>(options: LoopVisits): Layer<C> {
  const { numberVisit, isNamespaced } = options;
  let visits = 0;
  return {
    name: 'loop',
    async run(node, shared, context, inner) {
      const state: LoopState = {
        ...{ iteration: 0, carried: {}, stopped: undefined },
        ...{ isDecided: false, dropStale: undefined },
      };
      for (;;) {
        context.signal.throwIfAborted();
        state.iteration += 1;
        state.isDecided = false;
        state.dropStale = undefined;
        visits += 1;
        const path = context.node ?? node.id;
        const isFirst = state.iteration === 1;
        const visit = numberVisit === undefined ? visits : isFirst ? (context.visit ?? 1) : numberVisit(path);
        const action = await inner(node, shared, { ...context, visit, loop: state });
        if (action === 'error') return action;
        const view = viewStore(shared, isNamespaced ? node.id : undefined);
        decideNext(node.id, options, view, { ...context, loop: state });
        if (state.stopped !== undefined) return action;
      }
    },
  };
}

/** Sets what was carried over, and decides after the node whether the loop goes on. */
export function createIterationLayer<C extends NodeContext>({ loop, inputs }: LoopOptions): Layer<C> {
  return {
    name: 'iteration',
    async run(node, shared, context, inner) {
      const { loop: state } = context;
      if (state === undefined) return inner(node, shared, context);
      const copy = node.clone();
      copy.params = withCarried(node.type, node.params, state.carried);
      const action = await inner(copy, shared, context);
      shared['iterations'] = state.iteration;
      state.dropStale?.();
      try {
        decideNext(node.id, { loop, inputs }, shared, { ...context, loop: state });
      } catch (error) {
        shared['error'] = error instanceof Error ? error.message : String(error);
        throw error;
      }
      if (state.stopped !== undefined) shared['loop_stopped'] = state.stopped;
      return action;
    },
  };
}

/** Decides once whether the loop goes on, and with what. Reads what the iteration left in the store. */
function decideNext(
  nodeId: string,
  { loop, inputs }: LoopOptions,
  shared: SharedStore,
  context: NodeContext & { readonly loop: LoopState },
): void {
  const { loop: state } = context;
  if (state.isDecided) return;
  state.stopped = decide(nodeId, { loop, inputs }, shared, context);
  if (state.stopped === undefined)
    state.carried = resolve(nodeId, { carry: loop.carry }, { inputs }, shared).carry;
  state.isDecided = true;
}

function withCarried(type: string, params: Params, carried: LoopState['carried']): Params {
  if (type !== 'workflow') return { ...params, ...carried };
  return { ...params, inputs: { ...(params['inputs'] as object | undefined), ...carried } };
}

function decide(
  nodeId: string,
  { loop, inputs }: LoopOptions,
  shared: SharedStore,
  { loop: state, observer }: NodeContext,
): LoopState['stopped'] {
  const { until, while: again } = loop;
  const name = until === undefined ? 'while' : 'until';
  const template = until ?? again;
  const { [name]: value } = resolve(nodeId, { [name]: template }, { inputs }, shared);
  observer?.templateResolved(`loop.${name}`, template, value);
  const holds = readCondition(value);
  if (holds === undefined) {
    const found =
      typeof value === 'string'
        ? `the text ${JSON.stringify(value.slice(0, 80))}`
        : withArticle(kindOf(value));
    throw new PflowError(
      'NODE_PARAMS_INVALID',
      `loop.${name} of node "${nodeId}" is ${found}, neither true nor false`,
      {
        node_id: nodeId,
        hint: 'It takes true, false, yes, no, 1 or 0.',
      },
    );
  }
  if (holds === (until !== undefined)) return 'condition';
  return (state?.iteration ?? 0) >= loop.max_iterations ? 'max_iterations' : undefined;
}

function readCondition(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  if (value === 0 || value === 1) return value === 1;
  return typeof value === 'string' ? (coerceValue(value, 'boolean') as boolean | undefined) : undefined;
}

/** Keys of the loop; an error names them as `loop.until`. */
function resolve<T extends Readonly<Record<string, unknown>>>(
  nodeId: string,
  loop: T,
  { inputs }: Pick<LoopOptions, 'inputs'>,
  shared: SharedStore,
): T {
  const scope = createLayeredScope(inputs, unobservedView(shared));
  return resolveParams(nodeId, { loop }, scope).params['loop'] as T;
}
