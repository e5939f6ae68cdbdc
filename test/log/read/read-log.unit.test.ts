// Reads every kind of valid and damaged log. A file and a pipe give the same result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { PflowError } from '../../../src/errors.ts';
import { corruptionError, findingCount } from '../../../src/log/read/reading-report.ts';
import { bytesOf, eventsOf, forgedLine, linesOf } from '../log-bytes-of.ts';
import { readAll, readAllPiped } from './read-all.ts';
import type { WholeReading } from './read-all.ts';
import { completed, STARTED, wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const EVENTS = eventsOf(wholeRun());
const LINES = linesOf(EVENTS);
const BYTES = Buffer.concat(LINES);
const RUN = EVENTS[0]?.run ?? '';

function file(bytes: Buffer | string): string {
  const name = path('log.ndjson');
  writeFileSync(name, bytes);
  return name;
}

function replaced(index: number, ...lines: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(LINES.toSpliced(index, 1, ...lines.map((line) => Buffer.from(line))));
}

/** Reads from a file and from a pipe, and expects the same result. */
async function both(
  bytes: Buffer,
  options: { handles?: ReadonlySet<string>; skipCorrupt?: boolean } = {},
): Promise<WholeReading> {
  const name = file(bytes);
  const fromFile = await readAll(name, options);
  const fromPipe = await readAllPiped(bytes, options, 777);
  const renamed = JSON.parse(JSON.stringify(fromFile).replaceAll(name, 'stdin')) as WholeReading;
  expect(fromPipe).toStrictEqual(renamed);
  return fromPipe;
}

async function outcome(bytes: Buffer): Promise<string> {
  try {
    const { report } = await both(bytes);
    const { findings, torn, events, end } = report;
    const first = findings[0];
    const where =
      first === undefined ? '' : ` ${first.code} line ${String(first.line)} seq ${String(first.seq)}`;
    return `${end}${where}${torn.length > 0 ? ` ${String(torn[0]?.bytes)} bytes` : ''}, ${String(events)} events`;
  } catch (error) {
    return error instanceof PflowError ? error.code : `crash: ${String(error)}`;
  }
}

function withoutCrc(line: Buffer): string {
  return `${line.toString().slice(0, -19).replace(',"checksum":"crc32"', '')}}\n`;
}

const HAND_MADE = LINES.map(withoutCrc);

describe('a valid log', () => {
  it('gives its events from a file, a pipe, gzip and gzip through a pipe', async () => {
    for (const bytes of [BYTES, gzipSync(BYTES), Buffer.concat(LINES.map((line) => gzipSync(line)))]) {
      const { events, report } = await both(bytes);
      expect(events).toStrictEqual(EVENTS);
      expect(report).toStrictEqual({
        end: 'clean',
        events: 8,
        skippedTypes: {},
        findings: [],
        torn: [],
        runs: [
          {
            run: RUN,
            startedAt: '2026-11-22T09:30:00.000Z',
            writtenBy: '1.0.0',
            level: 'trace',
            events: 8,
            lastSeq: 7,
            completed: 'success',
            whole: true,
          },
        ],
      });
    }
  });

  it('emits only the handled types and counts the rest', async () => {
    const { events, report } = await both(BYTES, { handles: new Set(['llm.completed']) });
    expect(events).toStrictEqual([EVENTS[4]]);
    expect(report.events).toBe(8);
    expect(report.skippedTypes).toEqual({
      'run.started': 1,
      'workflow.started': 1,
      'node.started': 1,
      'llm.prompted': 1,
      'llm.answered': 1,
      'node.completed': 1,
      'run.completed': 1,
    });
    expect(report.runs[0]?.whole).toBe(true);
  });

  it('may be hand-made: without checksums, with spaces and another order of keys', async () => {
    const { events, report } = await both(Buffer.from(HAND_MADE.join('')));
    expect(report.end).toBe('clean');
    expect(events.slice(1)).toStrictEqual(EVENTS.slice(1));
    const loose = HAND_MADE.map((line) => {
      const { data, ...stamp } = JSON.parse(line) as LogEvent;
      return `  ${JSON.stringify({ data, ...stamp }, null, ' ').replaceAll('\n', '')}\r\n`;
    });
    expect(
      (await both(Buffer.from(loose.join('')), { handles: new Set(['llm.prompted']) })).events,
    ).toStrictEqual([EVENTS[3]]);
  });

  it('without its last event is incomplete, but not damaged', async () => {
    const { report } = await both(bytesOf(EVENTS.slice(0, 7)));
    expect([report.end, report.runs[0]?.completed, report.runs[0]?.whole]).toEqual([
      'clean',
      undefined,
      false,
    ]);
  });
});

describe('a log of several runs', () => {
  const other = eventsOf(wholeRun('another'));

  it('is read completely, whether they are consecutive or interleaved', async () => {
    const mixed = EVENTS.flatMap((event, index) => [event, other[index]]).filter(
      (event) => event !== undefined,
    );
    for (const order of [[...EVENTS, ...other], mixed]) {
      const { events, report } = await both(bytesOf(order));
      expect(events).toStrictEqual(order);
      expect(report.runs.map((run) => [run.run, run.events, run.whole])).toEqual([
        [RUN, 8, true],
        [other[0]?.run, 8, true],
      ]);
    }
  });

  it('may consist of several files, and a run may continue in the next one', async () => {
    const files = [
      file(bytesOf(EVENTS.slice(0, 3))),
      file(gzipSync(bytesOf(EVENTS.slice(3)))),
      file(bytesOf(other)),
    ];
    const { events, report } = await readAll(files);
    expect(events).toStrictEqual([...EVENTS, ...other]);
    expect(report.runs.map((run) => run.whole)).toEqual([true, true]);
  });

  it('is corrupt if it has the same run twice', async () => {
    expect(await outcome(Buffer.concat([BYTES, BYTES]))).toBe('corrupt seq-repeated line 9 seq 0, 8 events');
  });

  it('may have an empty file, and reports a torn tail with its file', async () => {
    const torn = file(BYTES.subarray(0, BYTES.length - 5));
    const { report } = await readAll([file(''), torn, file(bytesOf(other))]);
    expect(report.end).toBe('torn');
    expect(report.torn).toEqual([
      {
        source: torn,
        line: 8,
        offset: bytesOf(EVENTS.slice(0, 7)).length,
        bytes: (LINES[7]?.length ?? 0) - 5,
      },
    ]);
    expect(report.events).toBe(15);
  });
});

describe('damage to a log', () => {
  const middle = LINES[3]?.toString() ?? '';
  // Some checksums have no letter.
  const withLetter = LINES.findIndex((line, index) => index > 0 && /[a-f]/.test(line.toString().slice(-11)));
  const capitals = (line: string): string => line.slice(0, -11) + line.slice(-11).toUpperCase();
  const gap = { ...EVENTS[3], seq: 5 } as LogEvent;
  const rows: readonly (readonly [string, Buffer, string])[] = [
    ['an empty file', Buffer.alloc(0), 'LOG_EMPTY'],
    ['half a first line', BYTES.subarray(0, 50), 'LOG_EMPTY'],
    ['one byte of a gzip header', Buffer.from([0x1f]), 'LOG_EMPTY'],
    [
      'half a last line',
      BYTES.subarray(0, BYTES.length - 1),
      `torn ${String((LINES[7]?.length ?? 0) - 1)} bytes, 7 events`,
    ],
    ['a tail of NUL bytes', Buffer.concat([BYTES, Buffer.alloc(4096)]), 'torn 4096 bytes, 8 events'],
    [
      'NUL bytes in the middle',
      replaced(3, Buffer.alloc(512), middle),
      'corrupt nul-bytes line 4 seq undefined, 3 events',
    ],
    ['a blank line', replaced(3, '\n', middle), 'corrupt blank-line line 4 seq undefined, 3 events'],
    [
      'a byte order mark',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BYTES]),
      'corrupt byte-order-mark line 1 seq undefined, 0 events',
    ],
    ['CRLF', Buffer.from(BYTES.toString().replaceAll('\n', '\r\n')), 'corrupt crlf line 1 seq 0, 0 events'],
    ['a line of text', replaced(3, 'hello\n'), 'corrupt not-json line 4 seq undefined, 3 events'],
    ['a line with null', replaced(3, 'null\n'), 'corrupt not-json line 4 seq undefined, 3 events'],
    ['half an object', replaced(3, `${middle.slice(0, 200)}\n`), 'corrupt not-json line 4 seq 3, 3 events'],
    [
      'a byte that is not UTF-8',
      replaced(3, Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n')])),
      'corrupt not-utf8 line 4 seq undefined, 3 events',
    ],
    [
      'a changed letter',
      replaced(3, middle.replace('hello', 'jello')),
      'corrupt crc-wrong line 4 seq 3, 3 events',
    ],
    [
      'a checksum in capitals',
      replaced(withLetter, capitals(LINES[withLetter]?.toString() ?? '')),
      `corrupt crc-wrong line ${withLetter + 1} seq ${withLetter}, ${withLetter} events`,
    ],
    [
      'a line without checksum',
      replaced(3, HAND_MADE[3] ?? ''),
      'corrupt crc-missing line 4 seq 3, 3 events',
    ],
    [
      'a start without its checksum',
      replaced(0, `${LINES[0]?.toString().slice(0, -19) ?? ''}}\n`),
      'corrupt crc-missing line 1 seq 0, 0 events',
    ],
    ['a repeated line', replaced(3, middle, middle), 'corrupt seq-repeated line 5 seq 3, 4 events'],
    ['a lost line', replaced(3), 'corrupt seq-gap line 4 seq 4, 4 events'],
    ['a lost first line', replaced(0), 'corrupt seq-gap line 1 seq 1, 1 events'],
    [
      'two lines swapped',
      replaced(3, LINES[4] ?? '', middle).subarray(0),
      'corrupt seq-gap line 4 seq 4, 4 events',
    ],
    ['two lines joined', replaced(3, middle.trimEnd()), 'corrupt crc-wrong line 4 seq 3, 3 events'],
    [
      'an event after the end',
      Buffer.concat([BYTES, forgedLine({ ...EVENTS[3], seq: 8 })]),
      'corrupt after-end line 9 seq 8, 8 events',
    ],
    [
      'a second start',
      replaced(3, forgedLine({ ...EVENTS[0], seq: 3 })),
      'corrupt second-start line 4 seq 3, 3 events',
    ],
    ['no start', bytesOf(eventsOf(wholeRun().slice(2, 4))), 'corrupt no-start line 1 seq 0, 1 events'],
    ['a wrong count', bytesOf(eventsOf([STARTED, completed(7)])), 'corrupt count line 2 seq 1, 2 events'],
    ['a gap in seq', replaced(3, forgedLine(gap)), 'corrupt seq-gap line 4 seq 5, 4 events'],
    [
      'a payload that does not match its schema',
      replaced(4, forgedLine({ ...EVENTS[4], data: { call: 'one' } })),
      'corrupt payload line 5 seq 4, 4 events',
    ],
    [
      'an envelope without a run',
      replaced(4, forgedLine({ ...EVENTS[4], run: '' })),
      'corrupt envelope line 5 seq undefined, 4 events',
    ],
    [
      'a __proto__ key',
      replaced(
        7,
        forgedLine({
          ...EVENTS[7],
          seq: 7,
          type: 'x.a',
          data: JSON.parse('{"__proto__":{"seq":9}}') as object,
        }),
      ),
      'clean, 8 events',
    ],
    [
      'a payload of 2,000 levels',
      replaced(
        3,
        forgedLine({
          ...EVENTS[3],
          data: JSON.parse(
            `{"call":1,"model":"m","prompt":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
          ) as object,
        }),
      ),
      'corrupt too-deep line 4 seq 3, 3 events',
    ],
    ['truncated gzip', gzipSync(BYTES).subarray(0, -300), 'torn'],
    ['gzip truncated in its trailer', gzipSync(BYTES).subarray(0, -3), 'torn 0 bytes, 8 events'],
    [
      'gzip with a wrong trailer',
      Buffer.concat([gzipSync(BYTES).subarray(0, -8), Buffer.alloc(8)]),
      'corrupt gzip',
    ],
    ['gzip with bytes after its end', Buffer.concat([gzipSync(BYTES), BYTES]), 'corrupt gzip'],
  ];
  it.each(rows)('has its own finding or error: %s', async (_name, bytes, expected) => {
    expect((await outcome(bytes)).slice(0, expected.length)).toBe(expected);
  });

  it('is not reported for a newer format, which is refused', async () => {
    const newer = forgedLine({ ...EVENTS[0], data: { format: 2, pflow: '9.1' } });
    const name = file(newer);
    await expect(readAll(name, { skipCorrupt: true })).rejects.toMatchObject({
      code: 'LOG_FORMAT_NEWER',
      message: `"${name}" was written by pflow 9.1 in log format 2`,
    });
    await expect(readAllPiped(newer)).rejects.toMatchObject({ code: 'LOG_FORMAT_NEWER' });
  });

  it('is found in lines of an unknown type, which make the result partial', async () => {
    const future = { ...EVENTS[3], type: 'node.teleported' };
    const { events, report } = await both(replaced(3, forgedLine(future)), {
      handles: new Set(['llm.completed']),
    });
    expect(report.end).toBe('clean');
    expect(report.partial).toEqual({ types: ['node.teleported'], writtenBy: '1.0.0' });
    expect(events).toStrictEqual([EVENTS[4]]);
    const damaged = replaced(3, forgedLine(future).toString().replace('hello', 'jello'));
    expect((await both(damaged, { handles: new Set() })).report.findings[0]?.code).toBe('crc-wrong');
  });

  it('is not reported for custom events, which are skipped where they are not handled', async () => {
    const own = forgedLine({ ...EVENTS[3], type: 'x.mine', data: { anything: true } });
    const { report } = await both(replaced(3, own), { handles: new Set(['llm.completed']) });
    expect(report.skippedTypes['x.mine']).toBe(1);
    expect(report.partial).toBeUndefined();
  });

  it('is counted and not listed beyond 10,000 findings', async () => {
    const blank = Buffer.concat([...LINES.slice(0, 2), Buffer.alloc(30_000, '\n'), ...LINES.slice(2), BYTES]);
    const { report, events } = await both(blank, { skipCorrupt: true });
    expect(events).toStrictEqual(EVENTS);
    expect(report.findings).toHaveLength(10_000);
    expect(report.unlisted).toEqual({ 'blank-line': 20_000, 'seq-repeated': 8 });
    expect(findingCount(report)).toBe(30_008);
  });

  it('gives an error with the place and the reason', async () => {
    const { report } = await both(replaced(3, middle.replace('hello', 'jello')));
    expect(corruptionError(report)?.message).toBe(
      `the log is damaged: stdin, line 4 (byte ${String(bytesOf(EVENTS.slice(0, 3)).length)}, seq 3): the checksum does not match`,
    );
  });
});

describe('reading with skipCorrupt', () => {
  const all = { skipCorrupt: true };

  it('skips a damaged line with one finding, and marks the run', async () => {
    for (const bad of ['garbage\n', LINES[3]?.toString().replace('hello', 'jello') ?? '']) {
      const { events, report } = await both(replaced(3, bad), all);
      expect(events).toStrictEqual(EVENTS.toSpliced(3, 1));
      expect(report.findings).toHaveLength(1);
      expect([report.end, report.runs[0]?.whole, report.runs[0]?.completed]).toEqual([
        'corrupt',
        false,
        'success',
      ]);
    }
  });

  it('reports a gap and reads on after it', async () => {
    const { events, report } = await both(replaced(3), all);
    expect(events).toStrictEqual(EVENTS.toSpliced(3, 1));
    expect(report.findings.map((finding) => [finding.code, finding.seq])).toEqual([['seq-gap', 4]]);
  });

  it('reports every damaged line', async () => {
    const bytes = Buffer.concat([
      ...LINES.slice(0, 3),
      Buffer.from('\n'),
      ...LINES.slice(3),
      ...LINES.slice(6),
    ]);
    const { events, report } = await both(bytes, all);
    expect(events).toStrictEqual(EVENTS);
    expect(report.findings.map((finding) => finding.code)).toEqual([
      'blank-line',
      'seq-repeated',
      'seq-repeated',
    ]);
  });
});

describe('reading something that is not a log', () => {
  it('fails with its own error for a folder, a missing file and no file', async () => {
    const folder = path('folder');
    mkdirSync(folder);
    await expect(readAll(folder)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `"${folder}" is a folder, not a log`,
    });
    await expect(readAll(`${folder}/none`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readAll(`${file('')}/none`)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(readAll([])).rejects.toMatchObject({ code: 'LOG_EMPTY' });
  });

  it('passes on an error that onEvent throws', async () => {
    const { readLog } = await import('../../../src/log/read/read-log.ts');
    const onEvent = (): never => {
      throw new Error('mine');
    };
    await expect(readLog(file(BYTES), { onEvent })).rejects.toThrow('mine');
  });
});
