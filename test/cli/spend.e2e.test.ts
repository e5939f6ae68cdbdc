// Invariant: spend counts each run once, to the digit of replay, and names what it cannot read.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Spend } from '../../projections/spend/schema.ts';
import { PROGRAM } from '../support/cli.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { otherBytes } from '../support/other-bytes.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { expectTextError, workbench, type Workbench } from '../support/workbench.ts';

const LOGS = join(FIXTURES, 'logs/v1');
const A = join(LOGS, 'release-notes.ndjson');
const B = join(LOGS, 'three-models.ndjson');
const GROUPS = ['day', 'week', 'month', 'model', 'workflow', 'node', 'phase'];

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

async function spendOf(args: readonly string[], stdin?: Buffer): Promise<Spend> {
  const run = await bench.run(['spend', ...args, '--json'], stdin === undefined ? {} : { stdin });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(run.stdout) as Spend;
}

async function totalOf(args: readonly string[]): Promise<string> {
  const run = await bench.run(['replay', ...args, '--project', 'cost']);
  return (JSON.parse(run.stdout) as { readonly total_cost_usd: string }).total_cost_usd;
}

/** Returns the log of a run of one node whose calls are hours apart. */
function logOf(number: number, calls: number): Buffer {
  const run = buildRun(runId(number)).started({
    workflow: { name: `flow${String(number % 3)}`, hash: 'f00d' },
  });
  run.workflow(['write'], () => {
    for (let count = 0; count < calls; count += 1) {
      const model = count % 2 === 0 ? 'openai/gpt-4o-mini' : 'anthropic/claude-sonnet-4-0';
      run
        .after(5 * 3_600_000)
        .node('write', {}, () => run.call({ model, usage: { input_tokens: 1000 + number } }));
    }
  });
  return Buffer.concat(run.ended('success').events.map(encodeLine));
}

function writeLogs(folder: string, count: number): void {
  mkdirSync(bench.path(folder), { recursive: true });
  for (let number = 1; number <= count; number += 1) {
    writeFileSync(
      bench.path(`${folder}/${String(number).padStart(3, '0')}.ndjson`),
      logOf(number, number % 5),
    );
  }
}

describe('sources of spend', () => {
  test('files, a folder with folders in it, packed logs and a pipe give the total of replay', async () => {
    const files = await spendOf([A, B]);
    expect(files.total_cost_usd).toBe(await totalOf([A, B]));
    expect([files.runs, files.repeated_runs]).toEqual([2, 0]);
    mkdirSync(bench.path('logs/older'), { recursive: true });
    bench.write('logs/readme.txt', 'no log');
    copyFileSync(A, bench.path('logs/older/a.ndjson'));
    writeFileSync(bench.path('logs/b.ndjson.gz'), gzipSync(readFileSync(B)));
    expect(await spendOf(['logs'])).toEqual(files);
    expect(await spendOf(['-'], Buffer.concat([readFileSync(B), readFileSync(A)]))).toEqual(files);
    expect(await spendOf(['-'], gzipSync(Buffer.concat([readFileSync(B), readFileSync(A)])))).toEqual(files);
  });

  test('PFLOW_LOG_DIR is read by default', async () => {
    const run = await bench.run(['spend', '--json'], { env: { PFLOW_LOG_DIR: LOGS } });
    expect(JSON.parse(run.stdout)).toEqual(await spendOf([LOGS]));
    expect(expectTextError(await bench.run(['spend']), 2, 'USAGE')).toEqual([
      'error USAGE: no log was named, and no folder of logs is known',
      '  looked at PFLOW_LOG_DIR, at log_dir in the settings, and for a folder ./runs',
      '  Name a log or a folder, or keep one: pflow settings set log_dir ~/.pflow/runs.',
    ]);
  });

  test.each(GROUPS)('spend by %s prints the same bytes with several threads as with one', async (by) => {
    // Without it there would be one thread only, and nothing to compare.
    expect(existsSync(join(dirname(PROGRAM), 'replay-worker.js'))).toBe(true);
    writeLogs('logs', 40);
    // Copies far from each other, so that no thread sees both: one with other bytes, and one with the same.
    writeFileSync(bench.path('logs/000.ndjson'), logOf(39, 2));
    writeFileSync(bench.path('logs/999.ndjson.gz'), gzipSync(logOf(3, 3)));
    const args = ['spend', 'logs', '--by', by, '--json', '--time-zone', 'Asia/Kolkata', '--threads'];
    const [one, three] = await Promise.all([bench.run([...args, '1']), bench.run([...args, '3'])]);
    expect(three).toEqual(one);
    expect(one.stderr).toBe(
      `damaged ${otherBytes('logs/000.ndjson', 'logs/039.ndjson', runId(39))}\n` +
        'note logs/999.ndjson.gz repeats 1 run of logs/003.ndjson, counted once\n',
    );
    const { repeated_runs, total_cost_usd } = JSON.parse(one.stdout) as Spend;
    expect([one.code, repeated_runs]).toEqual([1, 2]);
    expect(total_cost_usd).not.toBe('0');
  });
});

describe('a run that is found again', () => {
  test('a run in several logs counts once: of damaged copies the one with the most calls', async () => {
    const whole = readFileSync(B);
    mkdirSync(bench.path('logs'));
    writeFileSync(bench.path('logs/1-torn.ndjson'), whole.subarray(0, Math.floor(whole.length * 0.7)));
    writeFileSync(bench.path('logs/2-whole.ndjson'), whole);
    writeFileSync(bench.path('logs/3-copy.ndjson.gz'), gzipSync(whole));
    const run = await bench.run(['spend', 'logs', '--json']);
    const expected = await spendOf([B]);
    expect(JSON.parse(run.stdout)).toEqual({ ...expected, repeated_runs: 1, log: { damaged_lines: 1 } });
    expect(run.code).toBe(1);
    const [damaged, torn, ...rest] = run.stderr.trimEnd().split('\n');
    const id = /"run":"([^"]+)"/u.exec(whole.toString())?.[1] ?? '';
    expect(damaged).toBe(`damaged ${otherBytes('logs/1-torn.ndjson', 'logs/2-whole.ndjson', id)}`);
    expect(torn).toMatch(
      /^note logs\/1-torn\.ndjson, line \d+ \(byte \d+\) is torn: \d+ bytes without a newline are left out$/u,
    );
    expect(rest).toEqual(['note logs/3-copy.ndjson.gz repeats 1 run of logs/2-whole.ndjson, counted once']);
  });

  test('a run that is twice in one pipe counts once', async () => {
    const run = await bench.run(['spend', '-', '--json'], {
      stdin: Buffer.concat([readFileSync(A), readFileSync(A)]),
    });
    expect(JSON.parse(run.stdout)).toEqual(await spendOf([A]));
    const lines = readFileSync(A, 'utf8').trimEnd().split('\n').length;
    expect([run.code, run.stderr]).toEqual([
      0,
      `note ${String(lines)} lines found more than once in one log, counted once\n`,
    ]);
  });
});

describe('a log that spend cannot read whole', () => {
  const lines = readFileSync(A, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.startsWith('{"type":"llm.completed"'));
  const forged = lines
    .with(at, lines[at]?.replace(/"output_tokens":\d/u, '"output_tokens":9') ?? '')
    .join('\n');

  test('a damaged line is named, and everything else is counted', async () => {
    bench.write('logs/a.ndjson', forged);
    copyFileSync(B, bench.path('logs/b.ndjson'));
    const run = await bench.run(['spend', 'logs', '--json']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      new RegExp(
        `^damaged logs/a\\.ndjson, line ${String(at + 1)} \\(byte \\d+, seq ${String(at)}\\): .+\\nwarning 1 call of .+ not in the total: .+\\n$`,
        'u',
      ),
    );
    const { log, ...spend } = JSON.parse(run.stdout) as Spend & { readonly log: unknown };
    expect(log).toEqual({ damaged_lines: 1 });
    // The call was sent, and its bill is damaged.
    const { total_cost_usd } = await spendOf([B]);
    expect(spend).toMatchObject({ total_cost_usd, exact: false, runs: 2 });
  });

  test('a log with much damage has its first lines named, and the others counted', async () => {
    bench.write(
      'logs/a.ndjson',
      logOf(4, 6).toString().replaceAll('"input_tokens":1004', '"input_tokens":9004'),
    );
    copyFileSync(B, bench.path('logs/b.ndjson'));
    const run = await bench.run(['spend', 'logs']);
    expect(run.code).toBe(1);
    const texts = run.stderr.trimEnd().split('\n');
    expect(texts).toHaveLength(4);
    expect(texts.at(-1)).toBe('damaged logs/a.ndjson: 3 more lines');
    expect(run.stdout).toContain('2026-11-20');
  });

  test('an empty log and a log of a newer format hide no other log', async () => {
    bench.write('logs/1-empty.ndjson', '');
    const [first = ''] = logOf(1, 1).toString().split('\n');
    bench.write(
      'logs/2-newer.ndjson',
      `${first.replace('"format":1', '"format":2').replace(/,"crc":.*/u, '}')}\n`,
    );
    copyFileSync(B, bench.path('logs/3.ndjson'));
    const run = await bench.run(['spend', 'logs', '--json']);
    expect(run.stderr.split('\n').sort()).toEqual([
      '',
      'damaged "logs/2-newer.ndjson" was written by pflow 1.0.0 in log format 2',
      'note logs/1-empty.ndjson holds no event',
    ]);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toEqual({
      ...(await spendOf([B])),
      log: { unread: ['logs/2-newer.ndjson'] },
    });
  });

  test('a run without its end is a note, unless another log has the end', async () => {
    const open = logOf(7, 3).toString().split('\n').slice(0, -2).join('\n');
    bench.write('logs/open.ndjson', `${open}\n`);
    const run = await bench.run(['spend', 'logs']);
    expect([run.code, run.stderr]).toEqual([0, 'note 1 run is incomplete: crashed or still going\n']);
    writeFileSync(bench.path('logs/whole.ndjson'), logOf(7, 3));
    expect((await bench.run(['spend', 'logs'])).stderr).toBe(
      `damaged ${otherBytes('logs/open.ndjson', 'logs/whole.ndjson', runId(7))}\n`,
    );
  });
});

describe('days of spend', () => {
  test('--time-zone moves calls to other days, and --since and --until are days of that zone', async () => {
    // 09:30 and five hours on: 14:30, 19:30, 00:30 of the next day.
    writeFileSync(bench.path('a.ndjson'), logOf(1, 3));
    const days = async (...args: string[]): Promise<unknown> =>
      (await spendOf(['a.ndjson', ...args])).groups.map(({ group, calls }) => [group, calls]);
    expect(await days()).toEqual([
      ['2026-11-22', 2],
      ['2026-11-23', 1],
    ]);
    expect(await days('--time-zone', 'America/New_York')).toEqual([['2026-11-22', 3]]);
    expect(await days('--time-zone', 'Asia/Kolkata')).toEqual([
      ['2026-11-22', 1],
      ['2026-11-23', 2],
    ]);
    expect(await days('--time-zone', 'Asia/Kolkata', '--since', '2026-11-23')).toEqual([['2026-11-23', 2]]);
    expect(await days('--until', '2026-11-22')).toEqual([['2026-11-22', 2]]);
    expect(await days('--since', '2026-11-24')).toEqual([]);
  });
});

describe('the table of spend', () => {
  test('the table has a row for each group, totals, and the prices it was made with', async () => {
    bench.write('prices.json', {
      'openai/gpt-4o-mini': { input: 1000, output: 0 },
      'anthropic/claude-sonnet-4-0': { input: 2000, output: 0 },
    });
    writeFileSync(bench.path('a.ndjson'), logOf(0, 3));
    const run = await bench.run(['spend', 'a.ndjson', '--by', 'model', '--pricing', 'prices.json']);
    const [head, ...rest] = run.stdout.split('\n');
    expect([head, ...rest.slice(0, 4)]).toEqual([
      'model                        runs  calls  tokens       paid',
      'anthropic/claude-sonnet-4-0     1      1   1,000  $2.000000  ███████████████████',
      'openai/gpt-4o-mini              1      2   2,000  $2.000000  ███████████████████',
      'total                           1      3   3,000  $4.000000',
      '',
    ]);
    expect(rest[4]).toMatch(
      /^days of UTC; prices of prices\.json sha256:[0-9a-f]{12} \+ @pydantic\/genai-prices .+$/u,
    );
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('groups are rows of CSV, NDJSON and Markdown, with the amounts of the JSON document', async () => {
    writeFileSync(bench.path('a.ndjson'), logOf(0, 3));
    const formatted = async (format: string): Promise<string[]> => {
      const run = await bench.run(['spend', 'a.ndjson', '--by', 'model', '--format', format]);
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
      return run.stdout.trimEnd().split(/\r?\n/u);
    };
    const { groups } = await spendOf(['a.ndjson', '--by', 'model']);
    const names = groups.map(({ group }) => group);
    const amounts = groups.map(({ cost_usd }) => cost_usd);
    expect(names).toEqual(['anthropic/claude-sonnet-4-0', 'openai/gpt-4o-mini']);
    expect((await formatted('ndjson')).map((line) => JSON.parse(line) as unknown)).toEqual(groups);
    const [head = [], ...rows] = (await formatted('csv')).map((line) => line.split(','));
    expect(rows.map((row) => row[head.indexOf('group')])).toEqual(names);
    expect(rows.map((row) => row[head.indexOf('cost_usd')])).toEqual(amounts);
    const [titles = '', ...lines] = await formatted('markdown');
    expect(titles).toBe(`| ${head.join(' | ')} |`);
    expect(lines.slice(1).map((line) => line.split(' | ')[0])).toEqual(
      names.map((name) => `| ${name ?? ''}`),
    );
  });

  test('an unknown model is estimated with a warning, or refused', async () => {
    const run = buildRun(runId(1))
      .started()
      .workflow(['write'], (flow) => flow.node('write', {}, () => flow.call({ model: 'acme/unknown' })));
    writeFileSync(bench.path('a.ndjson'), Buffer.concat(run.ended('success').events.map(encodeLine)));
    const guessed = await bench.run(['spend', 'a.ndjson', '--by', 'model']);
    expect(guessed.stderr).toMatch(/^warning no price is known for acme\/unknown; its cost is estimated/u);
    expect(guessed.stdout).toContain('~$0.010500');
    const refused = await bench.run(['spend', 'a.ndjson', '--unknown-model', 'error']);
    expect(expectTextError(refused, 1, 'NO_PRICE')[0]).toBe(
      'error NO_PRICE: no price is known for acme/unknown',
    );
  });
});

test.each([
  [['nowhere'], 'FILE_NOT_FOUND', 'the log "nowhere" does not exist'],
  [['.'], 'LOG_EMPTY', 'there is no log in .'],
  [['-', A], 'USAGE', '- means stdin and cannot be combined with files'],
  [[A, '--since', '2026-02-30'], 'USAGE', '--since takes a day such as 2026-11-01, not 2026-02-30'],
  [
    [A, '--since', '2026-03-01', '--until', '2026-02-01'],
    'USAGE',
    '--since 2026-03-01 is after --until 2026-02-01',
  ],
  [[A, '--time-zone', 'Mars/Olympus'], 'USAGE', 'there is no time zone "Mars/Olympus"'],
] as const)('pflow spend %j: %s', async (args, code, message) => {
  const run = await bench.run(['spend', ...args]);
  expect(expectTextError(run, code === 'LOG_EMPTY' ? 1 : 2, code)[0]).toBe(`error ${code}: ${message}`);
});
