// Invariant: whichever bit of a log is flipped, each projection gets the same events as before, or the reader reports
// the damage; where every line is checked, it always does.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createProjections } from '../../../projections/projection-list.ts';
import { testPricing } from '../../support/test-prices.ts';
import { FileOfBytes, isReported, reading } from './file-of-bytes.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { completed, LLM_COMPLETED, STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

/** The line before the end is skipped by most projections: a newline lost there would hide the end. */
const own = eventsOf([
  STARTED,
  LLM_COMPLETED,
  { type: 'node.completed', node: 'ask', data: { node_type: 'llm', action: 'default', duration_ms: 13 } },
  { type: 'x.mine', data: { n: 1, crc: 'deadbeef', type: 'run.started' } },
  { type: 'output.produced', data: { name: 'o', value: 'v' } },
  completed(5),
]);
const other = eventsOf([
  STARTED,
  { type: 'llm.prompted', data: { call: 1, model: 'm', prompt: 'J*\u200a' } },
  completed(2),
]);
/** Two interleaved runs: a flipped bit may also move a line to the other run. */
const BYTES = bytesOf(
  [own[0], other[0], own[1], other[1], other[2], own[2], own[3], own[4], own[5]].filter(
    (event) => event !== undefined,
  ),
);

/** One projection for each set of handled types: the same types give the same events. */
const HANDLED = new Map(
  createProjections({ pricing: testPricing() }).map(({ name, handles }) => [
    [...handles].sort().join(),
    { name, handles: new Set<string>(handles) },
  ]),
);

/** The bits whose flip changes the events and is not reported. */
async function unreported(bytes: Buffer, options: Parameters<typeof reading>[1]): Promise<readonly string[]> {
  const file = new FileOfBytes(path('log.ndjson'), bytes);
  const intact = await reading(file.path, options);
  expect(isReported(intact)).toBe(false);
  const expected = JSON.stringify(intact.events);
  const missed: string[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    await file.flipped(bit, async () => {
      const seen = await reading(file.path, options);
      if (!isReported(seen) && JSON.stringify(seen.events) !== expected) missed.push(`bit ${String(bit)}`);
    });
  }
  file.close();
  return missed;
}

describe('a flipped bit', () => {
  it.each([...HANDLED.values()].map(({ name, handles }) => [name, handles] as const))(
    'is reported or changes nothing for %s',
    async (_name, handles) => {
      expect(await unreported(BYTES, { handles })).toEqual([]);
    },
  );

  it.each([
    ['every line is parsed', {}],
    ['every line is checked', { handles: new Set<string>(), checkEveryLine: true }],
  ])('is always reported when %s', async (_name, options) => {
    const file = new FileOfBytes(path('log.ndjson'), BYTES);
    const unreportedBits: number[] = [];
    for (let bit = 0; bit < BYTES.length * 8; bit++) {
      await file.flipped(bit, async () => {
        if (!isReported(await reading(file.path, options))) unreportedBits.push(bit);
      });
    }
    file.close();
    expect(unreportedBits).toEqual([]);
  });

  it('is reported or changes nothing in a compressed log', async () => {
    expect(await unreported(gzipSync(BYTES), { handles: new Set(['llm.completed']) })).toEqual([]);
    expect(await unreported(gzipSync(BYTES), {})).toEqual([]);
  });
});
