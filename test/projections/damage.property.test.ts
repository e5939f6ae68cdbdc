// Invariant: after any one-bit change of a log, each projection gives the same result, or the damage is reported.
// This holds for files and pipes, compressed or not, and also if reading continues after damage.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Projection } from '../../projections/contract.ts';
import { project, projectRuns } from '../../projections/fold.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { PflowError } from '../../src/errors.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import type { ReadOptions } from '../../src/log/read/read-options.ts';
import { readLog } from '../../src/log/read/read-log.ts';
import { readPipedLog } from '../../src/log/read/read-piped-log.ts';
import type { ReadReport } from '../../src/log/read/reading-report.ts';
import { temporaryPaths } from '../log/temporary-folder.ts';
import { wellFormedLog } from '../support/log-arbitraries.ts';
import { testPricing } from '../support/test-prices.ts';

const projections = createProjections({ pricing: testPricing(), explain: true });
const path = temporaryPaths();
const name = path('log.ndjson');
// Opening a file anew for every log takes longer than reading it.
const file = openSync(name, 'w');

afterAll(() => {
  closeSync(file);
});

type Read = (bytes: Buffer, options: ReadOptions) => Promise<ReadReport>;

const fromFile: Read = (bytes, options) => {
  writeSync(file, bytes, 0, bytes.length, 0);
  ftruncateSync(file, bytes.length);
  return readLog(name, options);
};
const fromPipe: Read = (bytes, options) =>
  readPipedLog(Readable.from([bytes.subarray(0, 3_000), bytes.subarray(3_000)]), options);

const WAYS: readonly (readonly [string, Read, (bytes: Buffer) => Buffer, number])[] = [
  ['a file', fromFile, (bytes) => bytes, 50],
  ['a packed file', fromFile, gzipSync, 15],
  ['a pipe', fromPipe, (bytes) => bytes, 8],
  ['a packed pipe', fromPipe, gzipSync, 5],
];

/** The output of `--project`. */
function printed(projection: Projection<unknown, unknown>, events: readonly LogEvent[]): string {
  return projection.scope === 'log'
    ? JSON.stringify(project(projection, events))
    : JSON.stringify([...projectRuns(projection, events)]);
}

/** True if damage is reported, or if there is no result. */
async function isNamed(reading: Promise<ReadReport>): Promise<boolean> {
  try {
    const { findings, torn } = await reading;
    return findings.length > 0 || torn.length > 0;
  } catch (error) {
    if (error instanceof PflowError) return true;
    throw error;
  }
}

/** Any bit. Bits at the beginning or end of a line are more likely, since readers depend on them. */
function bitOf(bytes: Buffer): fc.Arbitrary<number> {
  const newlines = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
  const bit = fc.nat(7);
  const near = fc.tuple(fc.constantFrom(...newlines), fc.integer({ min: -20, max: 100 }));
  return fc.oneof(
    fc.nat(bytes.length * 8 - 1),
    fc.tuple(near, bit).map(([[at, off], which]) => {
      const byte = Math.min(Math.max(0, at + off), bytes.length - 1);
      return byte * 8 + which;
    }),
  );
}

const damaged = (
  pack: (bytes: Buffer) => Buffer,
): fc.Arbitrary<readonly [Buffer, readonly number[], boolean]> =>
  wellFormedLog.chain((log) => {
    const plain = Buffer.concat(log.map(encodeLine));
    const bytes = pack(plain);
    const bits = bytes === plain ? bitOf(plain) : fc.nat(bytes.length * 8 - 1);
    return fc.tuple(fc.constant(bytes), fc.array(bits, { minLength: 3, maxLength: 3 }), fc.boolean());
  });

/** Projections that handle the same types get the same events. */
const READERS = new Map<string, Projection<unknown, unknown>[]>();
for (const projection of projections) {
  const types = [...projection.handles].sort().join();
  READERS.set(types, [...(READERS.get(types) ?? []), projection]);
}

async function look(
  read: Read,
  bytes: Buffer,
  options: Omit<ReadOptions, 'onEvent'>,
): Promise<[boolean, LogEvent[]]> {
  const events: LogEvent[] = [];
  const onEvent = (event: LogEvent): void => void events.push(event);
  return [await isNamed(read(bytes, { ...options, onEvent })), events];
}

test.each(WAYS)(
  'a flipped bit of %s never changes the result of a projection without a report',
  async (_way, read, pack, numRuns) => {
    await fc.assert(
      fc.asyncProperty(damaged(pack), async ([bytes, bits, skipCorrupt]) => {
        for (const [types, readers] of READERS) {
          const options = { handles: new Set(types.split(',')), skipCorrupt };
          const [complained, events] = await look(read, bytes, options);
          expect(complained).toBe(false);
          for (const bit of bits) {
            const flipped = Buffer.from(bytes);
            flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
            const [named, seen] = await look(read, flipped, options);
            if (named) continue;
            for (const projection of readers)
              expect(printed(projection, seen), projection.name).toBe(printed(projection, events));
          }
        }
      }),
      { numRuns },
    );
  },
);
