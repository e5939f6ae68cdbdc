// Invariant: verify exits with 1 on any finding and with 0 otherwise, has the same findings from every source, and
// changes nothing.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifySchema, type CheckedLog, type VerifyFinding } from '../../src/cli/verify/verify-document.ts';
import type { CliOptions } from '../support/cli.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { expectJsonError, expectTextError, workbench, type Workbench } from '../support/workbench.ts';

const WHOLE = readFileSync(join(FIXTURES, 'logs/v1/summarise-file.ndjson'));
const OTHER = readFileSync(join(FIXTURES, 'logs/v1/provider-fails.ndjson'));
const RUN = '01a1f84a-95c0-7101-8101-010101010101';

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

function put(name: string, bytes: Buffer): void {
  bench.write(name, '');
  writeFileSync(bench.path(name), bytes);
}

/** Bytes up to the end of the first `lines` lines. */
function first(lines: number): Buffer {
  return Buffer.from(
    WHOLE.toString()
      .split(/(?<=\n)/u)
      .slice(0, lines)
      .join(''),
  );
}

const TORN = Buffer.concat([first(10), Buffer.from('{"type":"llm.compl')]);
const FLIPPED = Buffer.from(WHOLE.toString().replace('"output_tokens":', '"output_tokenz":'));

function textsOf(found: readonly VerifyFinding[]): string {
  return found.map(({ message }) => message).join('; ');
}

async function checked(args: readonly string[], options?: CliOptions): Promise<readonly CheckedLog[]> {
  const { stdout, stderr, code } = await bench.run(['verify', ...args, '--json'], options);
  const { ok, logs } = verifySchema.parse(JSON.parse(stdout));
  expect({ code, stderr }).toEqual({ code: ok ? 0 : 1, stderr: '' });
  expect(ok).toBe(logs.every(({ findings }) => findings.length === 0));
  return logs;
}

describe('the table of verify', () => {
  test('the table has a line for each valid log', async () => {
    put('runs/a.ndjson', WHOLE);
    put('runs/old/b.ndjson.gz', gzipSync(OTHER));
    expect(await bench.run(['verify', 'runs/'])).toEqual({
      code: 0,
      signal: null,
      stdout:
        'ok            1 run  18 events  runs/a.ndjson\n' +
        'ok            1 run  16 events  runs/old/b.ndjson.gz\n' +
        '2 logs, 2 runs, 34 events: all ok\n',
      stderr: '',
    });
  });

  test('logs are rows of CSV, NDJSON and Markdown, with their findings', async () => {
    put('a.ndjson', WHOLE);
    put('b.ndjson', FLIPPED);
    const [, damaged] = await checked(['a.ndjson', 'b.ndjson']);
    const formatted = async (format: string): Promise<string> => {
      const run = await bench.run(['verify', 'a.ndjson', 'b.ndjson', '--format', format]);
      expect(run.code).toBe(1);
      return run.stdout;
    };
    expect(await formatted('csv')).toBe(
      'log,state,events,runs,findings,notes\r\na.ndjson,ok,18,1,,\r\n' +
        `b.ndjson,damaged,17,1,${textsOf(damaged?.findings ?? [])},${textsOf(damaged?.notes ?? [])}\r\n`,
    );
    expect(await formatted('markdown')).toContain('| a.ndjson | ok | 18 | 1 |  |  |\n| b.ndjson | damaged |');
    const lines = (await formatted('ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as CheckedLog).state)).toEqual(['ok', 'damaged']);
  });

  test('the table lists findings below their log, and notes marked as such', async () => {
    put('runs/damaged.ndjson', FLIPPED);
    put('runs/torn.ndjson', TORN);
    put('runs/empty.ndjson', Buffer.alloc(0));
    const { code, stdout, stderr } = await bench.run(['verify', 'runs']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(
      [
        'damaged        1 run  17 events  runs/damaged.ndjson',
        '              line 12 (byte 5175, seq 11): the checksum does not match',
        '              note: the answer of call 1 has no request or no bill',
        '              note: call 1 has no end',
        'empty         0 runs   0 events  runs/empty.ndjson',
        '              the log holds no event: it has no bytes',
        'incomplete     1 run  10 events  runs/torn.ndjson',
        '              note: line 11 (byte 4950): 18 bytes without a newline are not an event',
        '              note: the run has no end: it crashed or is still going',
        '              note: seq 1: the workflow has no end',
        '              note: seq 7: node "summary" has no end',
        '              note: call 1 has no end',
        '3 logs, 2 runs, 27 events: 1 damaged, 1 empty, 1 incomplete',
        '',
      ].join('\n'),
    );
  });

  test('the table lists the first findings of a log, and counts the others', async () => {
    put('crlf.ndjson', Buffer.from(WHOLE.toString().replaceAll('\n', '\r\n')));
    const { stdout } = await bench.run(['verify', 'crlf.ndjson']);
    expect(stdout.split('\n').slice(10, 13)).toEqual([
      '              line 10 (byte 4080, seq 9): the line ends in CRLF: something has rewritten the line ends',
      '              and 8 more: --json lists all',
      '1 log, 0 runs, 0 events: damaged',
    ]);
    expect((await checked(['crlf.ndjson']))[0]?.findings).toHaveLength(18);
  });

  test('a file of three million damaged lines has its first ones listed, and all of them counted', async () => {
    put('blank.ndjson', Buffer.concat([Buffer.alloc(3_000_000, '\n'), WHOLE]));
    const { stdout } = await bench.run(['verify', 'blank.ndjson']);
    expect(stdout.split('\n').slice(11, 13)).toEqual([
      '              and 2,999,990 more: --json lists some',
      '1 log, 1 run, 18 events: damaged',
    ]);
    const [log] = await checked(['blank.ndjson']);
    expect(log?.findings.at(-1)).toEqual({
      code: 'unlisted',
      count: 2_990_000,
      message: '2,990,000 more lines, not listed',
    });
    const replayed = await bench.run(['replay', 'blank.ndjson', '--project', 'metrics', '--skip-corrupt']);
    expect(JSON.parse(replayed.stdout)).toMatchObject({
      status: 'success',
      log: { damaged_lines: 3_000_000 },
    });
    const spent = await bench.run(['spend', 'blank.ndjson', '--json']);
    expect(JSON.parse(spent.stdout)).toMatchObject({ log: { damaged_lines: 3_000_000 } });
  });

  test('a note about one of several runs names the run', async () => {
    put('two.ndjson', Buffer.concat([OTHER, first(16)]));
    const { stdout } = await bench.run(['verify', 'two.ndjson']);
    expect(stdout).toContain(`note: run ${RUN}: the run has no end: it crashed or is still going\n`);
  });
});

describe('sources of verify', () => {
  test('a file, a packed file, a pipe and a packed pipe have the same findings', async () => {
    for (const bytes of [WHOLE, FLIPPED, TORN, Buffer.concat([WHOLE, OTHER])]) {
      put('run.ndjson', bytes);
      put('run.ndjson.gz', gzipSync(bytes));
      const runs = [
        await checked(['run.ndjson']),
        await checked(['run.ndjson.gz']),
        await checked(['-'], { stdin: bytes }),
        await checked(['-'], { stdin: gzipSync(bytes) }),
        await checked(['run.ndjson', '--full']),
      ];
      const checks = runs.map(([log]) => ({ ...log, log: '' }));
      expect(checks.slice(1)).toEqual(checks.slice(0, -1));
    }
  });

  test('a run in two files is not a finding: each file is checked by itself', async () => {
    put('a.ndjson', WHOLE);
    put('b.ndjson', WHOLE);
    expect((await checked(['a.ndjson', 'b.ndjson'])).map(({ state }) => state)).toEqual(['ok', 'ok']);
    const piped = await checked(['-'], { stdin: Buffer.concat([WHOLE, WHOLE]) });
    expect(piped[0]?.findings[0]).toMatchObject({ code: 'seq-repeated', line: 19, run: RUN, seq: 0 });
  });

  test('a name that does not exist and - beside a file are wrong usage', async () => {
    expectTextError(await bench.run(['verify', 'none.ndjson']), 2, 'FILE_NOT_FOUND');
    put('a.ndjson', WHOLE);
    expectTextError(await bench.run(['verify', '-', 'a.ndjson']), 2, 'USAGE');
    expectJsonError(await bench.run(['verify', '-', 'a.ndjson', '--json']), 2, 'USAGE');
  });

  test('a file that cannot be read is a finding, and other files are checked', async () => {
    put('runs/a.ndjson', WHOLE);
    put('runs/future.ndjson', Buffer.from(WHOLE.toString().replace('"format":1', '"format":7')));
    const hand = first(1)
      .toString()
      .replace(/,"checksum":"crc32"/u, '')
      .replace(/,"crc":"\w+"/u, '');
    put('runs/newer.ndjson', Buffer.from(hand.replace('"format":1', '"format":7')));
    const logs = await checked(['runs']);
    expect(logs.map(({ state, findings }) => [state, findings.map(({ code }) => code)])).toEqual([
      ['ok', []],
      ['damaged', ['crc-wrong']],
      ['unreadable', ['format-newer']],
    ]);
  });
});

describe('findings of verify', () => {
  test('a run without its end is a finding only with --complete', async () => {
    put('torn.ndjson', TORN);
    const codes = async (...flags: string[]): Promise<unknown> =>
      (await checked(['torn.ndjson', ...flags])).map(({ state, findings, notes }) => [
        state,
        findings.map(({ code }) => code),
        notes.map(({ code }) => code),
      ]);
    const open = ['start-without-end', 'start-without-end', 'call-without-end'];
    expect(await codes()).toEqual([['incomplete', [], ['torn', 'incomplete', ...open]]]);
    expect(await codes('--complete')).toEqual([['incomplete', ['incomplete'], ['torn', ...open]]]);
  });

  test('an event of an unknown type is a finding only with --strict', async () => {
    const future = WHOLE.toString().replaceAll('"type":"template.resolved"', '"type":"template.imagined"');
    const made = future.replaceAll(/,"checksum":"crc32"|,"crc":"\w+"(?=\}\n)/gu, '');
    put('future.ndjson', Buffer.from(made));
    const message = 'written by pflow 1.0.0, unknown here: template.imagined';
    expect((await checked(['future.ndjson'])).map(({ findings, notes }) => [findings, notes])).toEqual([
      [[], [{ code: 'unknown-type', message }]],
    ]);
    expect((await checked(['future.ndjson', '--strict']))[0]?.findings).toEqual([
      { code: 'unknown-type', message },
    ]);
  });

  test('an end without its start is a finding, even if every checksum is right', async () => {
    copyFileSync(join(FIXTURES, 'logs/damaged/end-without-start.ndjson'), bench.path('run.ndjson'));
    const [log] = await checked(['run.ndjson']);
    expect(log?.state).toBe('inconsistent');
    expect(log?.findings[0]).toEqual({
      code: 'end-without-start',
      run: RUN,
      seq: 14,
      message: 'node.completed of node "summary" has no start',
    });
  });

  test('a changed byte in a line that no rule reads is a finding', async () => {
    put('run.ndjson', Buffer.from(WHOLE.toString().replace('nightly import', 'nightly impurt')));
    const [log] = await checked(['run.ndjson']);
    expect(log?.findings.map(({ code }) => code)).toContain('crc-wrong');
  });
});

test('verify changes no file', async () => {
  mkdirSync(bench.path('runs'));
  put('runs/torn.ndjson', TORN);
  await bench.run(['verify', 'runs']);
  expect(readFileSync(bench.path('runs/torn.ndjson')).equals(TORN)).toBe(true);
});
