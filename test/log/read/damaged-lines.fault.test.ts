// Invariant: after damage to whole lines or blocks of a log, the reader emits the events that were written, or reports
// the damage; a truncated log is a prefix of its events and never corrupt.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileOfBytes, isReported, isReportedOrIncomplete, reading, type Reading } from './file-of-bytes.ts';
import { bytesOf, eventsOf, linesOf } from '../log-bytes-of.ts';
import { readAllPiped } from './read-all.ts';
import { wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const EVENTS = eventsOf(wholeRun());
const LINES = linesOf(EVENTS);
const BYTES = Buffer.concat(LINES);
/** Offsets after each line. */
const ENDS = LINES.map((_line, index) => Buffer.concat(LINES.slice(0, index + 1)).length);

const WAYS = [
  ['every line parsed', {}],
  ['only model calls requested', { handles: new Set(['llm.completed']) }],
  ['nothing requested', { handles: new Set<string>() }],
  ['every line checked', { handles: new Set(['node.completed']), checkEveryLine: true }],
] as const;

describe('a log truncated at any byte', () => {
  it.each(WAYS)('gives a prefix of its events and is never corrupt: %s', async (_name, options) => {
    const handles = 'handles' in options ? options.handles : undefined;
    const file = new FileOfBytes(path('log.ndjson'), BYTES);
    for (let length = BYTES.length; length >= 0; length--) {
      file.cutTo(length);
      const { events, report, refused } = await reading(file.path, options);
      const whole = ENDS.filter((end) => end <= length).length;
      const tail = length - (ENDS[whole - 1] ?? 0);
      const prefix = EVENTS.slice(0, whole);
      expect(events).toStrictEqual(prefix.filter(({ type }) => handles === undefined || handles.has(type)));
      expect(refused).toBe(whole === 0 ? 'LOG_EMPTY' : undefined);
      if (report === undefined) continue;
      expect([report.end, report.events, report.findings]).toEqual([tail > 0 ? 'torn' : 'clean', whole, []]);
      expect(report.torn.map(({ line, bytes }) => [line, bytes])).toEqual(
        tail > 0 ? [[whole + 1, tail]] : [],
      );
      expect(report.runs[0]?.completed).toBe(whole === EVENTS.length ? 'success' : undefined);
    }
    file.close();
  });

  it('gives a prefix of its events when it is compressed', async () => {
    const compressed = gzipSync(BYTES);
    const file = new FileOfBytes(path('log.ndjson.gz'), compressed);
    for (let length = compressed.length - 1; length >= 0; length--) {
      file.cutTo(length);
      const { events, report, refused } = await reading(file.path);
      expect(events).toStrictEqual(EVENTS.slice(0, events.length));
      expect(refused).toBe(events.length === 0 ? 'LOG_EMPTY' : undefined);
      expect(report?.end ?? 'torn').toBe('torn');
      expect(report?.findings ?? []).toEqual([]);
    }
    file.close();
  });

  it('gives the same report from a pipe as from a file', async () => {
    const name = path('log.ndjson');
    for (let length = 1; length <= BYTES.length; length += 13) {
      writeFileSync(name, BYTES.subarray(0, length));
      const fromFile = await reading(name);
      if (fromFile.report === undefined) continue;
      const fromPipe = await readAllPiped(BYTES.subarray(0, length), {}, 100);
      expect(JSON.stringify(fromPipe.report).replaceAll('stdin', name)).toBe(JSON.stringify(fromFile.report));
      expect(fromPipe.events).toStrictEqual(fromFile.events);
    }
  });
});

/** Every damage to whole lines, by its description. */
function* changes(): Generator<readonly [string, Buffer]> {
  for (const [index, line] of LINES.entries()) {
    const at = String(index);
    yield [`line ${at} deleted`, Buffer.concat(LINES.toSpliced(index, 1))];
    yield [`line ${at} repeated`, Buffer.concat(LINES.toSpliced(index, 1, line, line))];
    yield [`line ${at} joined to the next`, Buffer.concat(LINES.toSpliced(index, 1, line.subarray(0, -1)))];
    yield [
      `line ${at} truncated and joined to the next`,
      Buffer.concat(LINES.toSpliced(index, 1, line.subarray(0, 90))),
    ];
    yield [
      `line ${at} split`,
      Buffer.concat(LINES.toSpliced(index, 1, line.subarray(0, 90), Buffer.from('\n'), line.subarray(90))),
    ];
    yield [`a blank line before line ${at}`, Buffer.concat(LINES.toSpliced(index, 0, Buffer.from('\n')))];
    for (let other = index + 1; other < LINES.length; other++) {
      const swapped = LINES.with(index, LINES[other] ?? line).with(other, line);
      yield [`lines ${at} and ${String(other)} swapped`, Buffer.concat(swapped)];
      yield [`lines ${at} to ${String(other)} deleted`, Buffer.concat(LINES.toSpliced(index, other - index))];
    }
  }
}

/** Blocks of NUL over and between the bytes, as after a crash of the system. */
function* nulBlocks(): Generator<readonly [string, Buffer]> {
  for (let at = 0; at < BYTES.length; at += 17) {
    for (const length of [1, 64, 512]) {
      const over = Buffer.from(BYTES);
      over.fill(0, at, Math.min(at + length, over.length));
      yield [`${String(length)} NUL bytes over byte ${String(at)}`, over];
    }
    const between = [BYTES.subarray(0, at), Buffer.alloc(512), BYTES.subarray(at)];
    yield [`512 NUL bytes before byte ${String(at)}`, Buffer.concat(between)];
  }
}

const lineEnds = (ends: string): Buffer => Buffer.from(BYTES.toString().replaceAll('\n', ends));

describe.each(WAYS)('damage to lines, %s', (_name, options) => {
  const name = path('log.ndjson');

  async function read(bytes: Buffer): Promise<Reading> {
    writeFileSync(name, bytes);
    return reading(name, options);
  }

  async function unreported(damaged: Iterable<readonly [string, Buffer]>): Promise<readonly string[]> {
    const expected = JSON.stringify((await read(BYTES)).events);
    const missed: string[] = [];
    for (const [what, bytes] of damaged) {
      const seen = await read(bytes);
      if (!isReportedOrIncomplete(seen) && JSON.stringify(seen.events) !== expected) missed.push(what);
    }
    return missed;
  }

  it('is reported for lines deleted, repeated, swapped, joined and split', async () => {
    expect(await unreported(changes())).toEqual([]);
  });

  it('is reported for blocks of NUL', async () => {
    expect(await unreported(nulBlocks())).toEqual([]);
  });

  it('is reported for other line ends and a byte order mark', async () => {
    for (const bytes of [lineEnds('\r\n'), lineEnds('\r'), Buffer.concat([Buffer.from('\uFEFF'), BYTES])]) {
      expect(isReported(await read(bytes))).toBe(true);
    }
  });
});

it('a checksum inside a payload is not damage', async () => {
  const name = path('log.ndjson');
  writeFileSync(name, bytesOf(eventsOf(wholeRun('","crc":"deadbeef"}\n{"type":"run.started"'))));
  for (const [, options] of WAYS) expect(isReported(await reading(name, options))).toBe(false);
});
