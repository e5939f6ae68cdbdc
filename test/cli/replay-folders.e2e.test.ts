// Invariant: replay, spend and verify read the same logs, and a run that several logs have counts once.
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cost } from '../../projections/cost/schema.ts';
import type { Spend } from '../../projections/spend/schema.ts';
import type { VerifyDocument } from '../../src/cli/verify/verify-document.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { otherBytes } from '../support/other-bytes.ts';
import { expectReplayError, workbench, type Workbench } from '../support/workbench.ts';

const A = join(FIXTURES, 'logs/v1/release-notes.ndjson');
const B = join(FIXTURES, 'logs/v1/three-models.ndjson');

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

function put(name: string, ...bytes: readonly Buffer[]): void {
  bench.write(name, '');
  writeFileSync(bench.path(name), Buffer.concat(bytes));
}

/** The log of a run with one call. */
function logOf(number: number, tokens = 1000): Buffer {
  const run = buildRun(runId(number)).started();
  const model = 'openai/gpt-4o-mini';
  run.workflow(['write'], () =>
    run.node('write', {}, () => run.call({ model, usage: { input_tokens: tokens, output_tokens: 10 } })),
  );
  return Buffer.concat(run.ended('success').events.map(encodeLine));
}

interface Replayed {
  readonly code: number | null;
  readonly cost: Cost;
  readonly stderr: string;
}

async function costOf(...args: readonly string[]): Promise<Replayed> {
  const { code, stdout, stderr } = await bench.run(['replay', ...args, '--project', 'cost']);
  return { code, cost: JSON.parse(stdout) as Cost, stderr };
}

async function spendOf(
  ...args: readonly string[]
): Promise<{ readonly spend: Spend; readonly stderr: string }> {
  const { stdout, stderr } = await bench.run(['spend', ...args, '--json']);
  return { spend: JSON.parse(stdout) as Spend, stderr };
}

async function verified(
  ...args: readonly string[]
): Promise<{ readonly logs: string[]; readonly stderr: string }> {
  const { stdout, stderr } = await bench.run(['verify', ...args, '--json']);
  return { logs: (JSON.parse(stdout) as VerifyDocument).logs.map(({ log }) => log), stderr };
}

test('replay, spend and verify read every log below a folder', async () => {
  mkdirSync(bench.path('logs/older/oldest'), { recursive: true });
  copyFileSync(A, bench.path('logs/a.ndjson'));
  put('logs/older/oldest/b.ndjson.gz', gzipSync(readFileSync(B)));
  const { cost, stderr } = await costOf('logs');
  expect(stderr).toBe('');
  expect(cost.total_cost_usd).toBe((await costOf(A, B)).cost.total_cost_usd);
  expect((await spendOf('logs')).spend.total_cost_usd).toBe(cost.total_cost_usd);
  expect((await verified('logs')).logs).toEqual(['logs/a.ndjson', 'logs/older/oldest/b.ndjson.gz']);
});

test('replay, spend and verify skip links inside a folder, and note the same ones', async () => {
  mkdirSync(bench.path('logs/deep'), { recursive: true });
  copyFileSync(A, bench.path('logs/a.ndjson'));
  symlinkSync(bench.path('logs'), bench.path('logs/deep/loop'));
  symlinkSync('nowhere.ndjson', bench.path('logs/gone.ndjson'));
  const { cost, stderr, code } = await costOf('logs');
  expect(code).toBe(0);
  expect(cost).toEqual((await costOf(A)).cost);
  expect(stderr).toBe(
    'note logs/deep/loop is a symbolic link, skipped\n' +
      'note logs/gone.ndjson is a symbolic link to nothing, skipped\n',
  );
  expect((await spendOf('logs')).stderr).toBe(stderr);
  expect(await verified('logs')).toEqual({ logs: ['logs/a.ndjson'], stderr });
});

test('replay refuses a folder that holds no log, and a file that is named twice counts once', async () => {
  mkdirSync(bench.path('empty'));
  const refused = await bench.run(['replay', 'empty', '--project', 'cost']);
  expect(expectReplayError(refused, 1, 'LOG_EMPTY')[0]).toBe('error LOG_EMPTY: there is no log in empty');
  put('a.ndjson', logOf(1));
  expect(await costOf('a.ndjson', './a.ndjson', '.')).toEqual(await costOf('a.ndjson'));
});

describe('a run with the same bytes in several logs', () => {
  const notes = (...pairs: readonly (readonly [copy: string, original: string])[]): string =>
    pairs.map(([copy, original]) => `note ${copy} repeats 1 run of ${original}, counted once\n`).join('');

  test('counts once when it is beside its packed copy, and in another folder', async () => {
    const alone = (await costOf(B)).cost;
    mkdirSync(bench.path('logs/old'), { recursive: true });
    copyFileSync(B, bench.path('logs/b.ndjson'));
    put('logs/b.ndjson.gz', gzipSync(readFileSync(B)));
    copyFileSync(B, bench.path('logs/old/b.ndjson'));
    const { cost, stderr, code } = await costOf('logs');
    expect(stderr).toBe(notes(['logs/b.ndjson.gz', 'logs/b.ndjson'], ['logs/old/b.ndjson', 'logs/b.ndjson']));
    expect(code).toBe(0);
    expect(cost).toEqual(alone);
    const spent = await spendOf('logs');
    expect(spent.stderr).toBe(stderr);
    expect(spent.spend).toMatchObject({ total_cost_usd: alone.total_cost_usd, runs: 1, repeated_runs: 1 });
  });

  test('counts once when logs share some of their runs', async () => {
    put('logs/1.ndjson', logOf(1), logOf(2));
    put('logs/2.ndjson', logOf(2), logOf(3));
    put('logs/3.ndjson', logOf(3), logOf(1), logOf(4));
    const { cost, stderr } = await costOf('logs');
    expect(cost.calls).toBe(4);
    expect(stderr).toBe(
      notes(
        ['logs/2.ndjson', 'logs/1.ndjson'],
        ['logs/3.ndjson', 'logs/2.ndjson'],
        ['logs/3.ndjson', 'logs/1.ndjson'],
      ),
    );
    expect((await spendOf('logs')).spend).toMatchObject({ calls: 4, total_cost_usd: cost.total_cost_usd });
    expect((await spendOf('logs', '--threads', '3')).stderr).toBe(stderr);
  });

  test('counts once for each run and for the last one', async () => {
    put('logs/1.ndjson', logOf(1), logOf(2));
    put('logs/2.ndjson', logOf(2));
    for (const run of [runId(2), 'last']) {
      const { cost, stderr } = await costOf('logs', '--run', run);
      expect([cost.calls, stderr]).toEqual([1, notes(['logs/2.ndjson', 'logs/1.ndjson'])]);
    }
  });

  test('is noted with --run only if it is that run', async () => {
    put('logs/1.ndjson', logOf(1), logOf(3));
    put('logs/2.ndjson', logOf(1));
    const [start = ''] = logOf(2)
      .toString()
      .split(/(?<=\n)/u);
    put('logs/3.ndjson', Buffer.from(start));
    const incomplete = `note run ${runId(2)} is incomplete: it crashed or is still going\n`;
    const copy = notes(['logs/2.ndjson', 'logs/1.ndjson']);
    expect((await costOf('logs')).stderr).toBe(copy + incomplete);
    expect((await costOf('logs', '--run', runId(1))).stderr).toBe(copy);
    expect((await costOf('logs', '--run', runId(2))).stderr).toBe(incomplete);
    expect((await costOf('logs', '--run', runId(3))).stderr).toBe('');
  });

  test('counts once when it goes on in a second log, and both have a copy', async () => {
    const lines = logOf(1)
      .toString()
      .split(/(?<=\n)/u)
      .map((line) => Buffer.from(line));
    put('logs/1.ndjson', ...lines.slice(0, 4));
    put('logs/2.ndjson', ...lines.slice(4));
    put('logs/3.ndjson', ...lines.slice(0, 4));
    put('logs/4.ndjson', ...lines.slice(4));
    const { cost, stderr } = await costOf('logs');
    expect(cost.calls).toBe(1);
    expect(stderr).toBe(notes(['logs/3.ndjson', 'logs/1.ndjson'], ['logs/4.ndjson', 'logs/2.ndjson']));
  });

  test('is noted for ten logs, and counted for more', async () => {
    for (let copy = 10; copy < 22; copy += 1) put(`logs/${String(copy)}.ndjson`, logOf(1));
    const { cost, stderr } = await costOf('logs');
    const texts = stderr.trimEnd().split('\n');
    expect(cost.calls).toBe(1);
    expect(texts).toHaveLength(11);
    expect(texts.at(-1)).toBe('note 1 more log with runs of others, counted once');
  });
});

describe('a run with other bytes in several logs', () => {
  const DAMAGE = otherBytes('logs/1.ndjson', 'logs/2.ndjson', runId(1));

  beforeEach(() => {
    put('logs/1.ndjson', logOf(1));
    put('logs/2.ndjson', logOf(1, 2000));
    put('logs/3.ndjson', logOf(2));
  });

  test('is damage for replay and for spend, in the same words', async () => {
    const refused = await bench.run(['replay', 'logs', '--project', 'cost']);
    expect(expectReplayError(refused, 1, 'LOG_CORRUPT')[0]).toBe(`error LOG_CORRUPT: ${DAMAGE}`);
    for (const threads of ['1', '3']) {
      const spent = await bench.run(['spend', 'logs', '--json', '--threads', threads]);
      expect([spent.code, spent.stderr]).toEqual([1, `damaged ${DAMAGE}\n`]);
      expect(JSON.parse(spent.stdout)).toMatchObject({ calls: 2, log: { damaged_lines: 1 } });
    }
  });

  test('counts once with --skip-corrupt, from the first log', async () => {
    const { cost, stderr } = await costOf('logs', '--skip-corrupt');
    expect(cost.total_cost_usd).toBe((await costOf('logs/1.ndjson', 'logs/3.ndjson')).cost.total_cost_usd);
    expect(stderr).toContain(`note damaged, left out: ${DAMAGE}\n`);
  });
});
