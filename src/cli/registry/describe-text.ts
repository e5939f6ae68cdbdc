// A node type for people: what it takes, what it writes, and a node to copy. Long lines are broken at words.
import { colour } from '../terminal/colour.ts';
import { formatCount } from '../../values/format-count.ts';
import { listMembers, type Member } from './members.ts';
import type { TypeDocument } from './type-document.ts';

/** A kind that is longer stands alone in its line. */
const WIDEST_KIND = 26;

/** No line is longer than `columns`, where words allow it. */
export function formatType(document: TypeDocument, columns: number): string {
  const { type, summary, module, retry, example, literal } = document;
  const failed: Member = {
    name: 'error',
    kind: 'string',
    required: false,
    description: 'What went wrong, where the node failed',
  };
  const params = listMembers(document.params);
  const outputs = [...listMembers(document.outputs).map((one) => ({ ...one, required: false })), failed];
  const tries = retry.max === 1 ? 'one attempt' : `${String(retry.max)} attempts`;
  const pauses =
    retry.max === 1
      ? ''
      : `, the second after ${formatCount(retry.wait_s, 'second')}; only failures that can pass`;
  return [
    `${colour.bold(type)}  ${summary}`,
    ...(module === null ? [] : [colour.dim(`from ${module}`)]),
    ...section('params', params, columns),
    ...section('writes', outputs, columns),
    '',
    `${colour.bold('retry')}   ${tries}${pauses}`,
    ...(literal.length === 0
      ? []
      : [`${colour.bold('literal')} ${literal.join(', ')}: no templates are filled in`]),
    ...(example === null
      ? []
      : ['', colour.bold('example'), ...JSON.stringify(example, undefined, 2).split('\n')]),
    '',
  ].join('\n');
}

function section(title: string, members: readonly Member[], columns: number): string[] {
  const width = Math.max(...members.map(({ name }) => name.length));
  const kinds = members.map(kindText).filter((kind) => kind.length <= WIDEST_KIND);
  const kindWidth = Math.max(0, ...kinds.map((kind) => kind.length));
  const lines = members.flatMap((member) => {
    const kind = kindText(member);
    const left = `  ${member.name.padEnd(width)}  ${kind.padEnd(kindWidth)}  `;
    const indent = 2 + width + 2 + kindWidth + 2;
    const [first = '', ...rest] = broken(member.description, columns - indent);
    const below = [...(kind.length > kindWidth ? [first] : []), ...rest].map(
      (line) => ' '.repeat(indent) + line,
    );
    const named = left.replace(member.name, colour.cyan(member.name));
    return [kind.length > kindWidth ? named.trimEnd() : named + first, ...below];
  });
  return ['', colour.bold(title), ...lines];
}

function kindText({ kind, required, default: value }: Member): string {
  if (required) return `${kind}, required`;
  return value === undefined ? kind : `${kind} = ${value}`;
}

/** Lines of at most `width` characters, broken at spaces. */
function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
