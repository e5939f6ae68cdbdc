// What a type of node declares: its params and outputs as schemas with descriptions, read by the registry,
// the validation, `pflow registry describe` and the planner.
import type * as z from 'zod';
import type { NodeContext } from './context.ts';
import type { Node, Params, Retry } from './node.ts';

/**
 * What a node does to the world outside of its run: reads files, fetches from the network, sends something out, writes
 * or deletes, runs what it is told.
 */
export type Effect = 'none' | 'reads' | 'fetches' | 'sends' | 'writes' | 'runs';

export interface NodeType<C extends NodeContext = NodeContext> {
  /** As it stands in a workflow file: `read-file`. */
  readonly type: string;
  /** One sentence. */
  readonly summary: string;
  /** Strict: a param that is not in here is an error. */
  readonly params: z.ZodObject;
  /** What it writes to the store; `error` is written by every type when it fails. */
  readonly outputs: z.ZodObject;
  /** Attempts and waits where a workflow names none. */
  readonly retry: Retry;
  /** Params that are taken word for word: no template in them is ever filled in. Absent means none. */
  readonly literal?: readonly string[];
  /** Params as they may stand in a workflow, for people and for models to copy. */
  readonly example?: Readonly<Record<string, unknown>>;
  /**
   * With params as they stand in a workflow, templates not filled in. A type that does not say counts as one that may
   * do anything.
   */
  readonly effect?: (params: Params) => Effect;
  create(id: string): Node<C>;
}
