// Checks batches: the name of the item is free, and the text of `items` can be a list.
import { parseExactJson } from '../../values/exact-json.ts';
import { removeJsonFence } from '../../values/fenced-json.ts';
import type { Problem } from '../problem.ts';
import type { Batch } from '../schema.ts';
import type { Rule } from './rule.ts';

export const checkBatches: Rule = ({ workflow, graph }) =>
  workflow.nodes.flatMap(({ batch }, index) => {
    if (batch === undefined) return [];
    const path = `nodes[${String(index)}].batch`;
    const names = { inputs: Object.keys(workflow.inputs ?? {}), nodes: graph.ids };
    return [...checkItemName(batch, `${path}.as`, names), ...checkItems(batch, `${path}.items`)];
  });

function checkItemName(
  { as }: Batch,
  path: string,
  { inputs, nodes }: { readonly inputs: readonly string[]; readonly nodes: readonly string[] },
): Problem[] {
  const owner = inputs.includes(as) ? 'the name of an input' : nodes.includes(as) ? 'the id of a node' : '';
  if (owner === '') return [];
  return [{ path, message: `"${as}" is also ${owner}`, suggestion: 'give the item another name with "as"' }];
}

/** A text with a template is checked when the node runs. */
function checkItems({ items }: Batch, path: string): Problem[] {
  if (typeof items !== 'string' || items.includes('${')) return [];
  if (isList(items)) return [];
  const message = `${JSON.stringify(items)} is not a list, the JSON text of a list, or a template`;
  return [{ path, message }];
}

function isList(text: string): boolean {
  try {
    return Array.isArray(parseExactJson(removeJsonFence(text)));
  } catch {
    return false;
  }
}
