// Invariant: reading the parts of a log and joining them is reading the log; the parts of a damaged log are never
// joined.
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { EVENT_TYPES } from '../../../src/events/vocabulary.ts';
import { splitLogs } from '../../../src/log/read/split-log.ts';
import { joinParts, PartReader } from '../../../src/log/read/log-part.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import type { LogPart, ReadReport } from '../../../src/log/read/reading-report.ts';
import { interleaved, wellFormedLog } from '../../support/log-arbitraries.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { completed, STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

const log = fc.oneof(
  wellFormedLog,
  wellFormedLog.chain((events) => {
    const runs = [...new Set(events.map(({ run }) => run))];
    return interleaved(runs.map((run) => events.filter((event) => event.run === run)));
  }),
);
const types = fc.subarray([...EVENT_TYPES]).map((list) => new Set<string>(list));

interface Parted {
  readonly events: readonly LogEvent[];
  readonly report: ReadReport | undefined;
}

/** `stretches`: how many adjacent parts each reader takes. */
function inParts(
  files: readonly string[],
  handles: Set<string>,
  bytes: number,
  stretches: readonly number[],
): Parted {
  const places = [...(splitLogs(files, bytes) ?? [])];
  const events: LogEvent[] = [];
  const parts: (LogPart | undefined)[] = [];
  for (let turn = 0; places.length > 0; turn += 1) {
    const reader = new PartReader({ handles, onEvent: (event) => events.push(event) });
    for (const place of places.splice(0, stretches[turn % stretches.length] ?? 1)) reader.read(place);
    parts.push(reader.part());
  }
  const whole = parts.filter((part) => part !== undefined);
  return { events, report: whole.length < parts.length ? undefined : joinParts(whole) };
}

/** Joined parts report only runs without their end. */
function withoutEndedRuns(report: ReadReport): ReadReport {
  return { ...report, runs: report.runs.filter(({ completed }) => completed === undefined) };
}

const stretches = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

it('joined parts give the events and the report of the whole log', async () => {
  await fc.assert(
    fc.asyncProperty(
      log,
      types,
      fc.integer({ min: 1, max: 3_000 }),
      stretches,
      async (events, handles, bytes, turns) => {
        const half = Math.floor(events.length / 2);
        const files = [events.slice(0, half), events.slice(half)]
          .filter((part) => part.length > 0)
          .map((part) => {
            const file = path('part.ndjson');
            writeFileSync(file, bytesOf(part));
            return file;
          });
        const read: LogEvent[] = [];
        const report = await readLog(files, { handles, onEvent: (event) => read.push(event) });
        const parted = inParts(files, handles, bytes, turns);
        expect(parted.events).toEqual(read);
        expect(parted.report).toEqual(withoutEndedRuns(report));
      },
    ),
    { numRuns: 80 },
  );
});

it('the parts of a damaged log are never joined', async () => {
  await fc.assert(
    fc.asyncProperty(
      log,
      types,
      fc.integer({ min: 100, max: 3_000 }),
      fc.nat(),
      fc.nat({ max: 7 }),
      async (events, handles, size, where, bit) => {
        const bytes = bytesOf(events);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const file = path('damaged.ndjson');
        writeFileSync(file, bytes);
        const whole = await readLog(file, { handles, skipCorrupt: true, onEvent: () => undefined }).catch(
          () => undefined,
        );
        const clean = whole?.end === 'clean' && whole.partial === undefined;
        let parted: ReadReport | undefined;
        try {
          parted = inParts([file], handles, size, [1]).report;
        } catch {
          parted = undefined;
        }
        if (clean) expect(parted).toEqual(withoutEndedRuns(whole));
        else expect(parted).toBeUndefined();
      },
    ),
    { numRuns: 150 },
  );
});

describe('a run that appears again after its end', () => {
  const runs = ['a', 'b'].map(() => eventsOf([STARTED, completed(1)]));
  const [first = [], second = []] = runs;
  const begun = first.slice(0, 1);

  it.each([
    ['complete', [...first, ...second, ...first]],
    ['without its end', [...first, ...second, ...begun]],
    ['with only its end', [...first, ...second, ...first.slice(1)]],
  ])('prevents joining the parts: %s', async (_, events) => {
    const file = path('again.ndjson');
    writeFileSync(file, bytesOf(events));
    // One part for each line, then one part for all lines.
    for (const bytes of [1, 1_000_000]) {
      expect(inParts([file], new Set(EVENT_TYPES), bytes, [1]).report).toBeUndefined();
    }
    const { end } = await readLog(file, { skipCorrupt: true, onEvent: () => undefined });
    expect(end).toBe('corrupt');
  });
});
