// What hiding secrets costs: the search for five secrets in all their encodings, beside a plain pass over the same
// characters, by kind of text. Texts of numbers may be encodings, prose hardly ever.
import { createRedactor } from '../src/log/secrets/redaction.ts';
import type { Figure } from './figures.ts';
import { milliseconds, pair } from './measure.ts';

const CHARACTERS = 4_000_000;
const ROUNDS = 10;

const SECRETS = {
  OPENAI_API_KEY: 'sk-proj-Zx81Qw0pLm4NvB7cTy2RfH6dKj9s',
  ANTHROPIC_API_KEY: 'sk-ant-api03-hT5gB2nM8kQ1wE4rY7uI0oP3',
  GITHUB_TOKEN: 'ghp_9aZ8bY7cX6dW5eV4fU3gT2hS1iR0jQ',
  DB_PASSWORD: 'correct horse battery',
  WEBHOOK_SECRET: '5f1d7a8e2c4b6f90',
};

/** Numbers that are the same in each run. */
function randomNumbers(): (below: number) => number {
  let state = 42;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

type Random = ReturnType<typeof randomNumbers>;

const WORDS =
  'the of a run log event node price model answer token call text and is that in it for with'.split(' ');
const list = (length: number, item: (index: number) => string): readonly string[] =>
  Array.from({ length }, (_, index) => item(index));
const hex = (random: Random, digits: number): string => list(digits, () => random(16).toString(16)).join('');

/** Lines of each kind of text. */
const KINDS: Readonly<Record<string, (random: Random) => string>> = {
  prose: (random) => `${list(14, () => WORDS[random(WORDS.length)] ?? '').join(' ')}.`,
  'JSON of records': (random) =>
    JSON.stringify({
      id: random(1e6),
      name: `item ${String(random(1e6))}`,
      price: random(1e4) / 4,
      tags: ['a'],
    }),
  'JSON of UUIDs': (random) =>
    JSON.stringify({ id: [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join('-'), next: null }),
  'table of numbers': (random) => list(10, () => String(random(100_000))).join('\t'),
  'table of bytes': (random) => list(16, () => String(random(256))).join(', '),
  'hexadecimal digits with spaces': (random) => list(16, () => hex(random, 2)).join(' '),
  'hexdump with offsets and text': (random) =>
    `${hex(random, 8)}  ${list(16, () => hex(random, 2)).join(' ')}  |${'.'.repeat(16)}|`,
  'lines of base64': (random) =>
    Buffer.from(list(57, () => String.fromCharCode(random(256))).join(''), 'latin1').toString('base64'),
};

export async function redactionFigures(): Promise<Figure[]> {
  const redactor = createRedactor({ secrets: SECRETS });
  const figures: Figure[] = [];
  for (const [kind, line] of Object.entries(KINDS)) {
    const text = textOf(line);
    const { ratio } = await pair(
      ROUNDS,
      () => milliseconds(() => sumOf(text)),
      () => milliseconds(() => redactor.redact(text)),
    );
    figures.push({ what: `${kind}: the search and a plain pass`, measured: `${ratio.toFixed(1)} ×` });
  }
  return figures;
}

function textOf(line: (random: Random) => string): string {
  const random = randomNumbers();
  const lines: string[] = [];
  for (let size = 0; size < CHARACTERS;) {
    const text = line(random);
    lines.push(text);
    size += text.length + 1;
  }
  // Flat, as a text that was read: joined pieces would be put together in the first pass.
  return Buffer.from(lines.join('\n')).toString('latin1').slice(0, CHARACTERS);
}

function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum + text.charCodeAt(at)) | 0;
  return sum;
}
