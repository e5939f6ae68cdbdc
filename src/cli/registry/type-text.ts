// Formats a node type for people: its params, its outputs and a node to copy.
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { listMembers, type Member } from './schema-members.ts';
import type { TypeDocument } from './type-document.ts';

/** A longer kind is printed on a line of its own. */
const MAX_KIND_LENGTH = 26;

/** Every node can write it. */
const ERROR_OUTPUT: Member = {
  name: 'error',
  kind: 'string',
  required: false,
  description: 'What went wrong, if the node failed',
};

/** Breaks lines at words. Only a single word may be longer than `columns`. */
export function formatType(document: TypeDocument, columns: number): string {
  const { type, summary, module, retry, example, literal } = document;
  const params = listMembers(document.params);
  const outputs = [
    ...listMembers(document.outputs).map((one) => ({ ...one, required: false })),
    ERROR_OUTPUT,
  ];
  return [
    `${colour.bold(type)}  ${summary}`,
    ...(module === null ? [] : [colour.dim(`from ${module}`)]),
    ...formatSection('params', params, columns),
    ...formatSection('writes', outputs, columns),
    '',
    `${colour.bold('retry')}   ${formatRetry(retry)}`,
    ...(literal.length === 0
      ? []
      : [`${colour.bold('literal')} ${literal.join(', ')}: no templates are filled in`]),
    ...(example === null
      ? []
      : ['', colour.bold('example'), ...JSON.stringify(example, undefined, 2).split('\n')]),
    '',
  ].join('\n');
}

function formatRetry({ max, wait_s }: TypeDocument['retry']): string {
  if (max === 1) return 'one attempt';
  const wait = formatCount(wait_s, 'second');
  return `${String(max)} attempts, the second after ${wait}; only failures that can pass`;
}

function formatSection(title: string, members: readonly Member[], columns: number): string[] {
  const width = Math.max(...members.map(({ name }) => name.length));
  const kinds = members.map(formatKind).filter((kind) => kind.length <= MAX_KIND_LENGTH);
  const kindWidth = Math.max(0, ...kinds.map((kind) => kind.length));
  const lines = members.flatMap((member) => {
    const kind = formatKind(member);
    const isWide = kind.length > kindWidth;
    const left = `  ${member.name.padEnd(width)}  ${kind.padEnd(kindWidth)}  `;
    const indent = 2 + width + 2 + kindWidth + 2;
    const [first = '', ...rest] = breakLines(member.description, columns - indent);
    const below = [...(isWide ? [first] : []), ...rest].map((line) => ' '.repeat(indent) + line);
    const coloured = left.replace(member.name, colour.cyan(member.name));
    return [isWide || first === '' ? coloured.trimEnd() : coloured + first, ...below];
  });
  return ['', colour.bold(title), ...lines];
}

function formatKind({ kind, required, default: value }: Member): string {
  if (required) return `${kind}, required`;
  return value === undefined ? kind : `${kind} = ${value}`;
}

/** Returns lines of at most `width` characters, broken at spaces. */
function breakLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
