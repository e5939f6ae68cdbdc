// Defines a node type: its params and outputs as schemas with descriptions. The registry, the validation,
// `pflow registry describe` and the planner read them.
import type * as z from 'zod';
import type { NodeContext } from './context.ts';
import type { Node, Params, Retry } from './node.ts';

/**
 * The effect of a node on the world outside of its run. It reads files, fetches from the network, sends data out,
 * writes or deletes files, or runs arbitrary commands.
 */
export type Effect = 'none' | 'reads' | 'fetches' | 'sends' | 'writes' | 'runs';

/** A node type as workflows, validation and the planner see it. */
export interface NodeType<C extends NodeContext = NodeContext> {
  /** The name in a workflow file: `read-file`. */
  readonly type: string;
  /** One sentence. */
  readonly summary: string;
  /** Strict: a param that it does not list is an error. */
  readonly params: z.ZodObject;
  /** Keys that a node writes to the store. Every type writes `error` when it fails. */
  readonly outputs: z.ZodObject;
  /** The output that is printed where a run without declared outputs ends. */
  readonly mainOutput?: string;
  /** Attempts and waits by default. */
  readonly retry: Retry;
  /** Params that are passed on verbatim: no template in them is filled in. */
  readonly literal?: readonly string[];
  /** Params that are commands for /bin/sh: values in them are handed over as variables and never become code. */
  readonly commands?: readonly string[];
  /** Params whose objects and lists are written as JSON. A text in them that looks like JSON raises a warning. */
  readonly jsonParams?: readonly string[];
  /** Params as a workflow may have them, for people and for models to copy. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** Gets the params of a workflow, templates not filled in. A type without it may do anything. */
  readonly effect?: (params: Params) => Effect;
  /** The MCP server whose tool a node calls; absent for every other type. */
  readonly server?: string;
  /**
   * The actions that a node with these params can return besides `error`. Absent or undefined where they are not known.
   */
  readonly actions?: (params: Params) => readonly string[] | undefined;
  create(id: string): Node<C>;
}
