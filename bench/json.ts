// What exact integers cost: the reader of JSON beside the platform's own, over a text without long digits.
import { parseExactJson } from '../src/values/exact-json.ts';
import type { Figure } from './figures.ts';
import { milliseconds, pair } from './measure.ts';

const BYTES = 10_000_000;
const TARGET = 1.15;

export async function jsonFigures(): Promise<Figure[]> {
  const text = textOf(BYTES);
  const { base, ours, ratio } = await pair(
    20,
    () => milliseconds(() => JSON.parse(text) as unknown),
    () => milliseconds(() => parseExactJson(text)),
  );
  return [
    {
      what: '10 MB of JSON without long digits: the exact reader and JSON.parse',
      target: `at most ${String(TARGET)} ×`,
      measured: `${ratio.toFixed(2)} × (${ours.toFixed(0)} and ${base.toFixed(0)} ms)`,
      reached: ratio <= TARGET,
    },
  ];
}

/** A list of records, as an interface gives them. */
function textOf(bytes: number): string {
  const rows: string[] = [];
  for (let size = 0, id = 0; size < bytes; id += 1) {
    const row = {
      id,
      name: `item ${String(id)}`,
      price: id * 1.25,
      tags: ['a', 'b'],
      note: 'lorem ipsum '.repeat(5),
    };
    const text = JSON.stringify(row);
    rows.push(text);
    size += text.length + 1;
  }
  return `[${rows.join(',')}]`;
}
