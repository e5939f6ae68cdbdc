// Prints the node types, one line each, for `pflow registry list`.
import { loadRegistry } from '../../home/node-types.ts';
import { workingFolder } from '../../home/paths.ts';
import { present } from '../../values/present.ts';
import { colour } from '../terminal/colour.ts';
import { formatList, formatOf, type ListFormat } from '../terminal/list-format.ts';
import { alignRows, type Row } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listMembers } from './schema-members.ts';
import { toTypeDocument, type TypeDocument } from './type-document.ts';

export interface RegistryFlags {
  readonly nodes: readonly string[];
  readonly json?: boolean;
  readonly format?: ListFormat;
  readonly verbose?: boolean;
}

export async function listTypes(
  filter: readonly string[],
  { nodes, ...flags }: RegistryFlags,
  terminal: Terminal,
): Promise<number> {
  const { types, modules } = await loadRegistry({ nodes, cwd: workingFolder(), env: process.env });
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = [...types.values()]
    .map((type) => toTypeDocument(type, modules.get(type.type)))
    .filter((document) => words.every((word) => searchTextOf(document).includes(word)));
  const format = formatOf(flags);
  if (format === 'json') terminal.out(`${JSON.stringify({ types: documents }, undefined, 2)}\n`);
  else if (format !== 'table') terminal.out(formatList(documents.map(toListRow), COLUMNS, format));
  else if (documents.length > 0) terminal.out(`${alignRows(documents.map(toRow)).join('\n')}\n`);
  else terminal.out(`${colour.dim(`no node type contains "${filter.join(' ')}"`)}\n`);
  return 0;
}

const COLUMNS = ['type', 'needs', 'summary', 'module'];

function toListRow({ type, params, summary, module }: TypeDocument): Row {
  return { type, needs: requiredNames(params), summary, module };
}

function requiredNames(params: TypeDocument['params']): string {
  return listMembers(params)
    .flatMap(({ name, required }) => (required ? [name] : []))
    .join(' ');
}

function toRow({ type, params, summary, module }: TypeDocument): Row {
  return present({
    type,
    needs: requiredNames(params),
    'what it does': summary,
    from: module ?? undefined,
  });
}

function searchTextOf(document: TypeDocument): string {
  const members = [...listMembers(document.params), ...listMembers(document.outputs)];
  const texts = members.flatMap(({ name, description }) => [name, description]);
  return [document.type, document.summary, ...texts].join('\n').toLowerCase();
}
