// Invariant: the file reader, the pipe reader and the ndjson package see the same events in every log.
import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import ndjson from 'ndjson';
import { expect, it } from 'vitest';
import type { EventDraft, LogEvent } from '../../../src/events/event.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { readAll, readAllPiped } from './read-all.ts';
import { completed, LLM_COMPLETED, STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u2028', '\ud800', '🙂', '\r', '\0', '","crc":"'),
);
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constant(JSON.parse('{"__proto__":{"a":1},"crc":"00000000"}') as object),
);
const draft: fc.Arbitrary<EventDraft> = fc.oneof(
  value.map((given): EventDraft => ({ type: 'x.note', data: { given } })),
  value.map((prompt): EventDraft => ({
    type: 'llm.prompted',
    node: 'n',
    data: { call: 1, model: 'm', prompt },
  })),
  value.map((given): EventDraft => ({ type: 'output.produced', data: { name: 'o', value: given } })),
  fc.constant(LLM_COMPLETED),
);
const run = fc
  .tuple(fc.array(draft, { maxLength: 6 }), fc.boolean())
  .map(([drafts, ends]) => eventsOf([STARTED, ...drafts, ...(ends ? [completed(drafts.length + 1)] : [])]));

/** Events of several runs, interleaved; each run keeps its order. */
const log = fc
  .tuple(fc.array(run, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat()))
  .map(([runs, choices]) => {
    const queues = runs.map((events) => [...events]);
    const mixed: LogEvent[] = [];
    while (queues.some((queue) => queue.length > 0)) {
      const waiting = queues.filter((queue) => queue.length > 0);
      const event = waiting[Number(choices.next().value) % waiting.length]?.shift();
      if (event !== undefined) mixed.push(event);
    }
    return mixed;
  });

async function byPackage(bytes: Buffer): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const row of Readable.from([bytes]).pipe(ndjson.parse())) {
    const { crc: _crc, ...event } = row as Record<string, unknown>;
    rows.push(event);
  }
  return rows;
}

it('files, pipes and the ndjson package give the same events', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.integer({ min: 1, max: 900 }), async (events, size) => {
      const bytes = bytesOf(events);
      const file = path('log.ndjson');
      writeFileSync(file, bytes);
      const fromFile = await readAll(file);
      expect(fromFile.events).toStrictEqual(events);
      expect(await byPackage(bytes)).toStrictEqual(events);
      const fromPipe = await readAllPiped(bytes, {}, size);
      expect(fromPipe).toStrictEqual(fromFile);
      expect(fromFile.report.end).toBe('clean');
    }),
    { numRuns: 60 },
  );
});

it('skipping lines by type is parsing every line and dropping some', async () => {
  const types = fc.subarray(['run.started', 'llm.prompted', 'llm.completed', 'output.produced', 'x.note']);
  await fc.assert(
    fc.asyncProperty(log, types, async (events, requested) => {
      const file = path('log.ndjson');
      writeFileSync(file, bytesOf(events));
      const handles = new Set(requested);
      const { events: read, report } = await readAll(file, { handles });
      expect(read).toStrictEqual(events.filter((event) => handles.has(event.type)));
      const full = await readAll(file);
      expect(report.runs).toStrictEqual(full.report.runs);
      expect(report.events).toBe(full.report.events);
    }),
    { numRuns: 60 },
  );
});

it('any change of bytes gives both readers the same outcome, and neither crashes', async () => {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(
      log,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (events, changes, skipCorrupt) => {
        let bytes = bytesOf(events);
        for (const [where, removed, put] of changes) {
          const at = where % bytes.length;
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            put,
            bytes.subarray(at + removed),
            Buffer.from('\n'),
          ]);
        }
        const file = path('log.ndjson');
        writeFileSync(file, bytes);
        const outcomes = await Promise.all(
          [readAll(file, { skipCorrupt }), readAllPiped(bytes, { skipCorrupt }, 500)].map((reading) =>
            reading.then(
              (done) => JSON.stringify(done).replaceAll(file, 'stdin'),
              (error: unknown) => (error as { code?: string }).code ?? String(error),
            ),
          ),
        );
        expect(outcomes[1]).toBe(outcomes[0]);
        expect(outcomes[0]).toMatch(/^(\{"events":|LOG_EMPTY$|LOG_FORMAT_NEWER$)/);
      },
    ),
    { numRuns: 150 },
  );
});
