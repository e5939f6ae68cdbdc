// Finds references to the time of a request, which was in seconds. Only an import renames them, with a note: a run
// would silently compute with another number.
import type { Rename } from '../workflow/old-form/rename-references.ts';
import { fieldsOf, type Fields } from '../values/json-fields.ts';

export const IN_MILLISECONDS = 'response_time (seconds) is response_time_ms now, in milliseconds';

/** The holder is a node, a result of its batch, or an item. */
const REFERENCE = /(?<![\w-])([\w-]+)(?:\.(?:results|successes)\[[^[\]"]*\])?\.response_time(?![\w-])/gu;

export function findResponseTimes(ir: unknown, nodes: readonly Fields[]): readonly Rename[] {
  const requests = nodes.filter(({ type }) => type === 'http').map(({ id }) => String(id));
  const holders = new Set([...requests, ...nodes.flatMap((node) => itemNames(node, requests))]);
  const text = JSON.stringify(ir, (_key, value: unknown) => (typeof value === 'bigint' ? '' : value));
  const found = [...text.matchAll(REFERENCE)].filter(([, holder = '']) => holders.has(holder));
  return [...new Set(found.map(([from]) => from))].map((from) => ({ from, to: `${from}_ms` }));
}

/** The name of an item where the items are results of requests. */
function itemNames({ batch }: Fields, requests: readonly string[]): readonly string[] {
  const { items, as = 'item' } = fieldsOf(batch) ?? {};
  const lists = requests.flatMap((id) => [`\${${id}.results}`, `\${${id}.successes}`]);
  return typeof items === 'string' && lists.includes(items) ? [String(as)] : [];
}
