// Reads logs of older formats as if they were written today, one upcast after another. The upcasts are invented, since
// format 1 is the first.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMATS, upcast, type Formats } from '../../../src/events/upcast.ts';
import { FORMAT } from '../../../src/events/vocabulary.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { eventsOf, forgedLine } from '../log-bytes-of.ts';
import { readAll, readAllPiped } from './read-all.ts';
import { wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

/** Format 2 renames the end of a node; format 3 counts its time in milliseconds. */
const INVENTED: Formats = {
  current: 3,
  upcasts: [
    (event) => (event.type === 'node.finished' ? { ...event, type: 'node.completed' } : event),
    ({ type, data }) => {
      if (type !== 'node.completed') return { type, data };
      const { seconds, ...rest } = data;
      return { type, data: { ...rest, duration_ms: Number(seconds) * 1000 } };
    },
  ],
};

function startedIn(format: number, events: readonly LogEvent[]): readonly LogEvent[] {
  return events.map((event) =>
    event.type === 'run.started' ? { ...event, data: { ...event.data, format } } : event,
  );
}

const NOW = startedIn(3, eventsOf(wholeRun()));

/** The same run as a writer of `format` would have written it. */
function asIn(format: 1 | 2): readonly object[] {
  return NOW.map(({ type, data, ...stamp }) => {
    if (type === 'run.started') return { type, ...stamp, data: { ...data, format } };
    if (type !== 'node.completed') return { type, ...stamp, data };
    const { duration_ms, ...rest } = data;
    const old = format === 1 ? 'node.finished' : type;
    return { type: old, ...stamp, data: { ...rest, seconds: duration_ms / 1000 } };
  });
}

const bytesOf = (events: readonly object[]): Buffer => Buffer.concat(events.map(forgedLine));

async function both(bytes: Buffer, handles?: ReadonlySet<string>): Promise<readonly LogEvent[]> {
  const name = path('log.ndjson');
  writeFileSync(name, bytes);
  const options = { formats: INVENTED, ...(handles === undefined ? {} : { handles }) };
  const fromFile = await readAll(name, options);
  const fromPipe = await readAllPiped(bytes, options, 100_000);
  expect(fromPipe.events).toStrictEqual(fromFile.events);
  expect([fromFile.report.end, fromFile.report.partial, fromFile.report.runs[0]?.whole]).toEqual([
    'clean',
    undefined,
    true,
  ]);
  return fromFile.events;
}

describe('a log of an older format', () => {
  it.each([1, 2] as const)('format %d goes through every upcast up to today', async (format) => {
    expect(await both(bytesOf(asIn(format)))).toStrictEqual(startedIn(format, NOW));
  });

  it('emits events of a type that had another name then', async () => {
    for (const format of [1, 2] as const) {
      const handles = new Set(['node.completed']);
      expect(await both(bytesOf(asIn(format)), handles)).toStrictEqual([NOW[6]]);
    }
  });

  it('is read by its own format next to runs of today', async () => {
    const today = startedIn(3, eventsOf(wholeRun('other')));
    const mixed = asIn(1).flatMap((event, index) => [event, ...today.slice(index, index + 1)]);
    const expected = startedIn(1, NOW).flatMap((event, index) => [event, ...today.slice(index, index + 1)]);
    expect(await both(bytesOf(mixed))).toStrictEqual(expected);
  });

  it('is checked by the rules of today, after the upcasts', async () => {
    const events = asIn(1).map((event, index) =>
      index === 6 ? { ...event, data: { seconds: 'ten' } } : event,
    );
    const name = path('log.ndjson');
    writeFileSync(name, bytesOf(events));
    const { report } = await readAll(name, { formats: INVENTED });
    expect(report.findings.map(({ code, why }) => [code, why.split(':')[0]])).toEqual([
      ['payload', 'data.node_type of node.completed'],
    ]);
  });
});

it('a log of a newer format is refused', async () => {
  const name = path('log.ndjson');
  writeFileSync(name, bytesOf(startedIn(4, NOW)));
  await expect(readAll(name, { formats: INVENTED })).rejects.toMatchObject({ code: 'LOG_FORMAT_NEWER' });
});

it('every format but the first has an upcast', () => {
  expect(FORMATS).toEqual({ current: FORMAT, upcasts: [] });
  expect(FORMATS.upcasts.length).toBe(FORMAT - 1);
});

it('an event of the current format is returned unchanged', () => {
  const [event] = NOW;
  expect(upcast(event!, 3, INVENTED)).toBe(event);
});
