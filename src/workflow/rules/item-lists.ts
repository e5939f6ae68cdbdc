// Finds the schema of the items of a batch. It is known where the list is an output of a node, such as the results of
// another batch.
import type { NodeOutputs } from '../node-outputs.ts';
import type { Batch } from '../schema.ts';
import type { Reference } from '../templates/ast.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import { findItemSchema } from './output-paths.ts';

export interface ItemList {
  /** The name of an item. */
  readonly as: string;
  /** The schema of an item. */
  readonly item: unknown;
  readonly source: Reference;
}

/** Returns undefined where the schema of the items is not known. */
export function findItemList(
  { items, as }: Batch,
  outputs: ReadonlyMap<string, NodeOutputs | undefined>,
): ItemList | undefined {
  const source = typeof items === 'string' ? findReference(items) : undefined;
  const node = source === undefined ? undefined : outputs.get(source.name);
  if (source === undefined || node === undefined) return undefined;
  const item = findItemSchema(node.outputs, source.path);
  return item === undefined ? undefined : { as, item, source };
}

/** The reference that a text consists of. */
function findReference(text: string): Reference | undefined {
  const parsed = safeParseTemplate(text);
  const [expression, ...rest] = parsed.ok ? parsed.template : [];
  if (rest.length > 0 || expression?.kind !== 'expression') return undefined;
  const [operand, ...others] = expression.operands;
  const isAlone = others.length === 0 && expression.filters === undefined;
  return isAlone && operand?.kind === 'reference' ? operand : undefined;
}
