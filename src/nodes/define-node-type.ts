// Makes a node type from its schemas and one function. Checks the params before every run of a node, when templates are
// filled in, and writes every output to the store.
import type * as z from 'zod';
import { Node, type Params, type Retry } from '../flow/node.ts';
import type { Effect, NodeType } from '../flow/node-type.ts';
import type { Action, SharedStore } from '../flow/context.ts';
import { present } from '../values/present.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { NextAction } from './next-action.ts';
import { invalidParamsError } from './invalid-params-error.ts';
import type { RunContext } from './run-context.ts';

/** The definition of a node type: its name, its params and outputs (zod), and what it does. */
export interface NodeDefinition<P extends z.ZodObject, O extends z.ZodObject> {
  readonly type: string;
  readonly summary: string;
  /** Strict: made with `z.strictObject`. */
  readonly params: P;
  readonly outputs: O;
  /** The output that is printed where a run without declared outputs ends. */
  readonly mainOutput?: keyof z.output<O> & string;
  /** One attempt by default. */
  readonly retry?: Retry;
  /** Params that are passed on verbatim: no template in them is filled in. */
  readonly literal?: readonly (keyof z.output<P> & string)[];
  /** Params that are commands for /bin/sh: values in them are handed over as variables of `context.commandLines`. */
  readonly commands?: readonly (keyof z.output<P> & string)[];
  /** Params whose objects and lists are written as JSON. A text in them that looks like JSON raises a warning. */
  readonly jsonParams?: readonly (keyof z.output<P> & string)[];
  /** Params as a workflow may have them, templates included. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** The effect on the world outside. A type without it may do anything. */
  readonly effect?: Effect | ((params: Params) => Effect);
  /** The actions that a node can return besides `error`; by default `default` alone. */
  readonly actions?: readonly string[] | ((params: Params) => readonly string[] | undefined);
  /** Called once for each attempt. Returns the outputs, or `next(action, outputs)`. */
  exec(params: z.output<P>, context: RunContext): NodeResult<O> | Promise<NodeResult<O>>;
}

/** The outputs of a node, alone or together with the action that it returns. */
export type NodeResult<O extends z.ZodObject> = z.output<O> | NextAction<z.output<O>>;

const ONCE: Retry = { max: 1, wait_s: 1 };

/**
 * Makes a node type from schemas and a function. Params are checked before `exec`, its result is written to the
 * store; a param that does not fit throws `NODE_PARAMS_INVALID`.
 */
export function defineNodeType<P extends z.ZodObject, O extends z.ZodObject>(
  definition: NodeDefinition<P, O>,
): NodeType<RunContext> {
  const { actions: declared = ['default'] } = definition;
  const actions = typeof declared === 'function' ? declared : () => declared;

  class DefinedNode extends Node<RunContext> {
    override retry: Retry = definition.retry ?? ONCE;
    override readonly literal: readonly string[] = definition.literal ?? [];
    override readonly commands: readonly string[] = definition.commands ?? [];

    override prep(): z.output<P> {
      const checked = definition.params.safeParse(this.params);
      if (!checked.success) throw invalidParamsError(this, checked.error, definition.params);
      return checked.data;
    }

    override exec(params: z.output<P>, context: RunContext): unknown {
      return definition.exec(params, context);
    }

    override post(shared: SharedStore, _params: unknown, result: NodeResult<O>): Action {
      if (!(result instanceof NextAction)) {
        Object.assign(shared, result);
        return 'default';
      }
      Object.assign(shared, result.outputs);
      requireDeclared(result.action, actions(this.params));
      return result.action;
    }
  }

  const { effect } = definition;
  return {
    type: definition.type,
    summary: definition.summary,
    params: definition.params,
    outputs: definition.outputs,
    retry: definition.retry ?? ONCE,
    literal: definition.literal ?? [],
    commands: definition.commands ?? [],
    actions,
    ...present({ mainOutput: definition.mainOutput, jsonParams: definition.jsonParams }),
    ...present({ example: definition.example, effect: typeof effect === 'string' ? () => effect : effect }),
    create: (id) => new DefinedNode(id, definition.type),
  };
}

function requireDeclared(action: Action, declared: readonly string[] | undefined): void {
  if (declared === undefined || action === 'error' || declared.includes(action)) return;
  throw new NodeFailure(`it returned the action "${action}", which its type does not declare`, {
    hint: `Declared actions: ${declared.join(', ')}.`,
  });
}
