// Invariant: a log read again as a copy changes nothing, and only the same bytes of a run have the same digest.
import { appendFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestRuns } from '../../../src/log/read/run-digests.ts';
import { wellFormedLog } from '../../support/log-arbitraries.ts';
import { bytesOf, eventsOf, linesOf } from '../log-bytes-of.ts';
import { wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';
import { readAll } from './read-all.ts';

const path = temporaryPaths();

function file(bytes: Buffer): string {
  const name = path('log.ndjson');
  writeFileSync(name, bytes);
  return name;
}

it('reading a log and a copy of it, compressed or not, is reading the log', async () => {
  await fc.assert(
    fc.asyncProperty(
      wellFormedLog,
      fc.option(fc.constant(new Set(['llm.completed'])), { nil: undefined }),
      fc.boolean(),
      async (events, handles, isPacked) => {
        const bytes = bytesOf(events);
        const original = file(bytes);
        const copy = file(isPacked ? gzipSync(bytes) : bytes);
        const options = handles === undefined ? {} : { handles };
        const isCopy = (_run: string, source: string): boolean => source === copy;
        expect(await readAll([original, copy], { ...options, isCopy })).toEqual(
          await readAll(original, options),
        );
        const runs = new Set(events.map(({ run }) => run));
        const [digests, copied] = [await digestRuns(original, runs), await digestRuns(copy, runs)];
        expect([...digests.keys()].sort()).toEqual([...runs].sort());
        for (const [run, { digest }] of digests) expect(copied.get(run)?.digest).toBe(digest);
      },
    ),
    { numRuns: 40 },
  );
});

it('a damaged line of a copy is not reported again', async () => {
  const damaged = Buffer.from(bytesOf(eventsOf(wholeRun())).toString().replace('"call":1', '"call":2'));
  const [original, copy] = [file(damaged), file(damaged)];
  const { report } = await readAll([original, copy], {
    skipCorrupt: true,
    isCopy: (_run, source) => source === copy,
  });
  expect(report.findings.map(({ code, source }) => [code, source])).toEqual([['crc-wrong', original]]);
});

it('a digest names the first line and the last seq, and leaves other runs and torn lines out', async () => {
  const [run, other] = [eventsOf(wholeRun()), eventsOf(wholeRun('another prompt'))].map((events, index) =>
    events.map((event) => ({ ...event, run: `0199f3a0-1c2d-7e3f-8a4b-${String(index).padStart(12, '0')}` })),
  );
  if (run === undefined || other === undefined) throw new Error('two runs were made');
  const id = run[0]?.run ?? '';
  const [alone, mixed] = [file(bytesOf(run)), file(Buffer.concat([...linesOf(other), ...linesOf(run)]))];
  const [expected, found] = [await digestRuns(alone, new Set([id])), await digestRuns(mixed, new Set([id]))];
  expect([...found.keys()]).toEqual([id]);
  expect(found.get(id)).toMatchObject({
    digest: expected.get(id)?.digest,
    first: { source: mixed, line: 9, offset: bytesOf(other).length, seq: 0 },
    lastSeq: 7,
  });
  appendFileSync(alone, '{"type":"run.st');
  expect((await digestRuns(alone, new Set([id]))).get(id)).toEqual(expected.get(id));
});

it('a line in another layout counts for its run, and a line without an event for no run', async () => {
  const log = file(Buffer.from('null\n{ "run": "r", "seq": 3 }\n[]\n'));
  const digests = await digestRuns(log, new Set(['r']));
  expect([...digests.values()]).toMatchObject([{ first: { line: 2, offset: 5, seq: 3 }, lastSeq: 3 }]);
});
