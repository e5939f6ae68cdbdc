// Lists what a node writes, by the names of earlier versions.
import type { NodeType } from '../../flow/node-type.ts';
import { BATCH_OUTPUT_NAMES } from '../batch-outputs.ts';
import type { ConvertedNode } from './convert-node.ts';
import { fieldsOf, type Fields } from '../../values/json-fields.ts';

type Types = ReadonlyMap<string, Pick<NodeType, 'outputs'>>;

/** Returns each key with the reference that reads it. */
export function listWritten({ node, renames }: ConvertedNode, types: Types): readonly [string, string][] {
  const members = fieldsOf(node);
  const id = members?.['id'];
  if (members === undefined || typeof id !== 'string') return [];
  const own = outputNames(members, types).map((name): [string, string] => [name, `${id}.${name}`]);
  const mapped = renames.filter(({ from }) => !from.includes('.'));
  return [...own, ...mapped.map(({ from, to }): [string, string] => [from, to])];
}

/** What a child in another file writes is not known here. */
function outputNames({ type, batch, params }: Fields, types: Types): readonly string[] {
  if (batch !== undefined) return BATCH_OUTPUT_NAMES;
  const child = type === 'workflow' ? fieldsOf(fieldsOf(params)?.['ir']) : undefined;
  if (child !== undefined) return Object.keys(fieldsOf(child['outputs']) ?? {});
  return Object.keys(types.get(String(type))?.outputs.shape ?? {});
}
