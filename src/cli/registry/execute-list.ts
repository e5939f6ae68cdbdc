// `pflow registry list`: the node types, one line each.
import type { RegistryFlags } from './command.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { colour } from '../terminal/colour.ts';
import { alignRows } from '../terminal/rows.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workingFolder } from '../../home/working-folder.ts';
import { listMembers } from './members.ts';
import { toTypeDocument, type TypeDocument } from './type-document.ts';

export async function listTypes(
  filter: readonly string[],
  flags: RegistryFlags,
  terminal: Terminal,
): Promise<number> {
  const { types, modules } = await loadRegistry({
    nodes: flags.nodes,
    cwd: workingFolder(),
    env: process.env,
  });
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = [...types.values()]
    .map((type) => toTypeDocument(type, modules.get(type.type)))
    .filter((document) => words.every((word) => searchTextOf(document).includes(word)));
  if (flags.json === true) terminal.out(`${JSON.stringify({ types: documents }, undefined, 2)}\n`);
  else if (documents.length > 0) terminal.out(`${alignRows(documents.map(rowOf)).join('\n')}\n`);
  else terminal.out(`${colour.dim(`no node type has "${filter.join(' ')}" in it`)}\n`);
  return 0;
}

function rowOf(document: TypeDocument): Readonly<Record<string, unknown>> {
  const required = listMembers(document.params)
    .filter((one) => one.required)
    .map(({ name }) => name);
  return {
    type: document.type,
    needs: required.join(' '),
    'what it does': document.summary,
    ...(document.module === null ? {} : { from: document.module }),
  };
}

function searchTextOf(document: TypeDocument): string {
  const members = [...listMembers(document.params), ...listMembers(document.outputs)];
  const texts = members.flatMap(({ name, description }) => [name, description]);
  return [document.type, document.summary, ...texts].join('\n').toLowerCase();
}
