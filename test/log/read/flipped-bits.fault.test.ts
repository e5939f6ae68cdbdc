// Invariant: whichever bit of a log is flipped, each projection gets the same events as before or the damage is
// named; where every line is checked, it is named always.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createProjections } from '../../../projections/projection-list.ts';
import { testPricing } from '../../support/test-prices.ts';
import { FileOfBytes, isNamed, reading } from './file-of-bytes.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { completed, LLM_COMPLETED, STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

/** Before the end stands a line that most pass over: a newline that is lost there would hide the end. */
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
/** Two runs, interleaved, so that a flipped bit may also move a line from one to the other. */
const BYTES = bytesOf(
  [own[0], other[0], own[1], other[1], other[2], own[2], own[3], own[4], own[5]].filter(
    (event) => event !== undefined,
  ),
);

/** The projections by what they handle: those that handle the same get the same events. */
const HANDLED = new Map(
  createProjections({ pricing: testPricing() }).map(({ name, handles }) => [
    [...handles].sort().join(),
    { name, handles: new Set<string>(handles) },
  ]),
);

/** The bits whose flip is seen by nobody and changes what is handed on. */
async function silent(bytes: Buffer, options: Parameters<typeof reading>[1]): Promise<readonly string[]> {
  const file = new FileOfBytes(path('log.ndjson'), bytes);
  const sound = await reading(file.path, options);
  expect(isNamed(sound)).toBe(false);
  const expected = JSON.stringify(sound.events);
  const missed: string[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    await file.flipped(bit, async () => {
      const seen = await reading(file.path, options);
      if (!isNamed(seen) && JSON.stringify(seen.events) !== expected) missed.push(`bit ${String(bit)}`);
    });
  }
  file.close();
  return missed;
}

describe('one flipped bit, wherever it is', () => {
  it.each([...HANDLED.values()].map(({ name, handles }) => [name, handles] as const))(
    'is named or changes nothing for %s',
    async (_name, handles) => {
      expect(await silent(BYTES, { handles })).toEqual([]);
    },
  );

  it.each([
    ['every line is parsed', {}],
    ['every line is checked', { handles: new Set<string>(), checkEveryLine: true }],
  ])('is named always when %s', async (_name, options) => {
    const file = new FileOfBytes(path('log.ndjson'), BYTES);
    const unnamed: number[] = [];
    for (let bit = 0; bit < BYTES.length * 8; bit++) {
      await file.flipped(bit, async () => {
        if (!isNamed(await reading(file.path, options))) unnamed.push(bit);
      });
    }
    file.close();
    expect(unnamed).toEqual([]);
  });

  it('is named or changes nothing in a packed log', async () => {
    expect(await silent(gzipSync(BYTES), { handles: new Set(['llm.completed']) })).toEqual([]);
    expect(await silent(gzipSync(BYTES), {})).toEqual([]);
  });
});
