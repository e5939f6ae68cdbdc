// What a type of node declares: its params and outputs as schemas with descriptions, read by the registry,
// the validation, `pflow registry describe` and the planner.
import type * as z from 'zod';
import type { NodeContext } from './context.ts';
import type { Node, Retry } from './node.ts';

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
  create(id: string): Node<C>;
}
