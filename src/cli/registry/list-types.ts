// Prints the node types, one line each, for `pflow registry list`.
import { loadRegistry } from '../../home/node-types.ts';
import { workingFolder } from '../../home/paths.ts';
import { present } from '../../values/present.ts';
import { colour } from '../terminal/colour.ts';
import { alignRows, type Row } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listMembers } from './schema-members.ts';
import { toTypeDocument, type TypeDocument } from './type-document.ts';

export interface RegistryFlags {
  readonly nodes: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export async function listTypes(
  filter: readonly string[],
  { nodes, json }: RegistryFlags,
  terminal: Terminal,
): Promise<number> {
  const { types, modules } = await loadRegistry({ nodes, cwd: workingFolder(), env: process.env });
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = [...types.values()]
    .map((type) => toTypeDocument(type, modules.get(type.type)))
    .filter((document) => words.every((word) => searchTextOf(document).includes(word)));
  if (json === true) terminal.out(`${JSON.stringify({ types: documents }, undefined, 2)}\n`);
  else if (documents.length > 0) terminal.out(`${alignRows(documents.map(toRow)).join('\n')}\n`);
  else terminal.out(`${colour.dim(`no node type contains "${filter.join(' ')}"`)}\n`);
  return 0;
}

function toRow({ type, params, summary, module }: TypeDocument): Row {
  const required = listMembers(params).filter((member) => member.required);
  return present({
    type,
    needs: required.map(({ name }) => name).join(' '),
    'what it does': summary,
    from: module ?? undefined,
  });
}

function searchTextOf(document: TypeDocument): string {
  const members = [...listMembers(document.params), ...listMembers(document.outputs)];
  const texts = members.flatMap(({ name, description }) => [name, description]);
  return [document.type, document.summary, ...texts].join('\n').toLowerCase();
}
