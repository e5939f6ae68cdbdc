// Invariant: a cut log is a prefix of its events, and every flipped bit is named or leaves the result as it was.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import { LogAudit } from '../../src/log/log-audit.ts';
import { LogScanning } from '../../src/log/log-scanning.ts';
import { LineFramer } from '../../src/log/line-framer.ts';
import { ParsingWalker } from '../../src/log/parsing-walker.ts';
import type { Place, ReadReport } from '../../src/log/read-report.ts';
import { bytesOf, eventsOf, linesOf } from './log-bytes-of.ts';
import { readAll } from './read-all.ts';
import { completed, LLM_COMPLETED, STARTED, wholeRun } from './some-drafts.ts';
import { temporaryPaths } from './temporary-folder.ts';

const path = temporaryPaths();

interface Reading {
  readonly events: readonly LogEvent[];
  /** Undefined when there was not one event. */
  readonly report: ReadReport | undefined;
  readonly tail: number;
}

/** The file reader without the file: a hundred thousand logs in a few seconds. */
function readBytes(bytes: Buffer, handles?: ReadonlySet<string>): Reading {
  const events: LogEvent[] = [];
  const audit = new LogAudit({ onEvent: (event) => events.push(event), ...(handles ? { handles } : {}) });
  const walker = new ParsingWalker(audit, handles === undefined ? {} : { handles });
  if (handles === undefined) frame(bytes, walker);
  else scan(bytes, new LogScanning(audit, walker, { handles }));
  try {
    const report = audit.report();
    return { events, report, tail: report.torn[0]?.bytes ?? 0 };
  } catch {
    return { events, report: undefined, tail: 0 };
  }
}

/** Every line to the parser. */
function frame(bytes: Buffer, walker: ParsingWalker): void {
  const place = (): Place => ({ source: 'bytes', line: framer.line, offset: framer.offset });
  const framer: LineFramer = new LineFramer({
    line: (chunk, start, end) => {
      walker.line(chunk, start, end, place);
      return !walker.stopped;
    },
    tooLong: () => false,
  });
  framer.push(bytes);
  if (framer.tail > 0) walker.torn({ ...place(), bytes: framer.tail });
}

/** As files are read when only some types are wanted. */
function scan(bytes: Buffer, scanning: LogScanning): void {
  scanning.readFrom('bytes', (into, position) => bytes.copy(into, 0, position));
  scanning.finish();
}

describe('a log cut at any byte', () => {
  it('is a prefix of its events and never corrupt', () => {
    const events = eventsOf(wholeRun());
    const bytes = bytesOf(events);
    const ends = linesOf(events).map((_line, index) => bytesOf(events.slice(0, index + 1)).length);
    for (let length = 1; length <= bytes.length; length++) {
      const reading = readBytes(bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect(reading.events).toStrictEqual(events.slice(0, whole));
      expect(reading.report?.findings ?? []).toEqual([]);
      if (whole > 0) expect(reading.tail).toBe(length - (ends[whole - 1] ?? 0));
    }
  });
});

describe('a log with one flipped bit', () => {
  const own = eventsOf([STARTED, LLM_COMPLETED, { type: 'x.mine', data: { n: 1 } }, completed(3)]);
  const other = eventsOf([
    STARTED,
    { type: 'llm.prompted', data: { call: 1, model: 'm', prompt: 'p' } },
    completed(2),
  ]);
  const mixed = [own[0], other[0], own[1], other[1], other[2], own[2], own[3]].filter(
    (event) => event !== undefined,
  );
  const bytes = bytesOf(mixed);

  function silentlyChanged(handles: ReadonlySet<string> | undefined): readonly string[] {
    const sound = readBytes(bytes, handles);
    expect([sound.report?.end, sound.tail]).toEqual(['clean', 0]);
    const expected = JSON.stringify(sound.events);
    const missed: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3;
      const before = bytes[at] ?? 0;
      bytes[at] = before ^ (1 << (bit & 7));
      const { report, events, tail } = readBytes(bytes, handles);
      bytes[at] = before;
      const named = report === undefined || report.findings.length > 0 || tail > 0;
      const same = JSON.stringify(events) === expected && report?.runs.every((run) => run.whole) === true;
      if (!named && !same) missed.push(`bit ${String(bit & 7)} of byte ${String(at)}`);
    }
    return missed;
  }

  it('is named wherever the bit is, when every line is read', () => {
    const flips: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3;
      const before = bytes[at] ?? 0;
      bytes[at] = before ^ (1 << (bit & 7));
      const { report, tail } = readBytes(bytes);
      bytes[at] = before;
      if (report !== undefined && report.findings.length === 0 && tail === 0) flips.push(String(bit));
    }
    expect(flips).toEqual([]);
  });

  it.each([
    ['answers only', new Set(['llm.completed'])],
    ['prompts only', new Set(['llm.prompted'])],
    ['nothing', new Set<string>()],
    ['everything known', undefined],
  ])('is named or changes nothing when lines are passed over: %s', (_name, handles) => {
    expect(silentlyChanged(handles)).toEqual([]);
  });
});

describe('lines that come in pieces or are endless', () => {
  it('any size of chunk gives the same lines', () => {
    const text = Buffer.from('one\n\ntwo lines\u2028 here\nü\nlast');
    for (let size = 1; size <= text.length; size++) {
      const lines: string[] = [];
      const framer: LineFramer = new LineFramer({
        line: (chunk, start, end) => {
          lines.push(`${framer.line}@${framer.offset} ${chunk.toString('utf8', start, end)}`);
          return true;
        },
        tooLong: () => false,
      });
      for (let at = 0; at < text.length; at += size) framer.push(text.subarray(at, at + size));
      expect(lines).toEqual(['1@0 one', '2@4 ', '3@5 two lines\u2028 here', '4@23 ü']);
      expect(framer.tail).toBe(4);
    }
  });

  it('a line over the limit is named, held by nobody, and the next line is read', () => {
    const seen: string[] = [];
    const receiver = {
      line: (chunk: Buffer, start: number, end: number) => seen.push(chunk.toString('utf8', start, end)) > 0,
      tooLong: (bytes: number) => seen.push(`too long: ${String(bytes)}`) > 0,
    };
    const framer = new LineFramer(receiver, 10);
    for (const chunk of ['12345', '67890', '1', '2\nnext\n', '12345678901\n', 'exactly10!\n'])
      framer.push(Buffer.from(chunk));
    expect(seen).toEqual(['too long: 12', 'next', 'too long: 11', 'exactly10!']);
    expect([framer.line, framer.offset]).toEqual([5, 41]);
  });

  it('a line of 65 MiB in a file is a named corruption', async () => {
    const events = eventsOf([STARTED]);
    const file = path('long.ndjson');
    writeFileSync(
      file,
      Buffer.concat([bytesOf(events), Buffer.alloc(65 * 1024 * 1024, 0x20), Buffer.from('\n')]),
    );
    const { report } = await readAll(file);
    expect(report.findings.map((finding) => [finding.code, finding.line, finding.why])).toEqual([
      ['too-long', 2, 'the line has 68157440 bytes, more than 67108864'],
    ]);
  });
});
