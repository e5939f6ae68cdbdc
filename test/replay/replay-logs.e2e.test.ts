// Invariant: a program that uses the library gets the numbers of the command line, from one thread or from several.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ReplayedLogs } from '../../src/replay/replay-logs.ts';
import { replayLogs } from '../../src/replay/replay-logs.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { cleanEnvironment, ROOT } from '../support/cli.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { testPricing } from '../support/test-prices.ts';
import { workbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;

/** The log of a run with some calls, of which one has an unknown model. */
function logOf(number: number): Buffer {
  const run = buildRun(runId(number)).started();
  run.workflow(['write'], () => {
    for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-0', 'nobody/knows']) {
      run
        .after(3_600_000)
        .node('write', {}, () => run.call({ model, usage: { input_tokens: 1000 + number } }));
    }
  });
  return Buffer.concat(run.ended('success').events.map(encodeLine));
}

beforeEach(() => {
  bench = workbench();
  mkdirSync(bench.path('runs/older'), { recursive: true });
  for (let number = 1; number <= 20; number += 1)
    writeFileSync(bench.path(`runs/older/${String(number)}.ndjson`), logOf(number));
  writeFileSync(bench.path('runs/several.ndjson'), Buffer.concat([logOf(21), logOf(22)]));
});

/**
 * Returns what the built library returns to a program in the folder. Also the number of threads that the program had.
 */
function replayInProgram(...args: readonly unknown[]): {
  readonly replayed: ReplayedLogs;
  readonly threads: number;
} {
  const library = JSON.stringify(join(ROOT, 'dist/src/index.js'));
  const program = `
    import { replayLogs } from ${library};
    console.log(JSON.stringify(await replayLogs(...${JSON.stringify(args)})));`;
  writeFileSync(bench.path('program.mjs'), program);
  const env = {
    ...cleanEnvironment(bench.folder),
    NODE_OPTIONS: `--require ${join(ROOT, 'fixtures/programs/note-thread.cjs')}`,
    THREADS_FILE: bench.path('threads'),
  };
  writeFileSync(bench.path('threads'), '');
  const printed = execFileSync(process.execPath, ['program.mjs'], {
    cwd: bench.folder,
    env,
    encoding: 'utf8',
  });
  const threads = readFileSync(bench.path('threads'), 'utf8').trim().split('\n');
  return { replayed: JSON.parse(printed) as ReplayedLogs, threads: threads.length };
}

/** What the command line prints: JSON on stdout, texts on stderr. */
async function replayOnCommandLine(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await bench.run(args);
  return { result: JSON.parse(stdout) as unknown, texts: stderr.trimEnd().split('\n').filter(Boolean) };
}

function printed({ results, notes, warnings, marks }: ReplayedLogs, name?: string): unknown {
  const result = name === undefined ? results : results[name];
  return {
    result: marks === undefined ? result : { ...(result as object), log: marks },
    texts: [
      ...notes.map(({ label, text }) => `${label} ${text}`),
      ...warnings.map((text) => `warning ${text}`),
    ],
  };
}

test('replayLogs returns what pflow replay prints, with one thread and with three', async () => {
  const expected = await replayOnCommandLine('replay', 'runs', '--project', 'metrics,cost');
  const alone = replayInProgram(['runs'], ['metrics', 'cost']);
  const together = replayInProgram(['runs'], ['metrics', 'cost'], { threads: 3 });
  expect([alone.threads, together.threads]).toEqual([1, 3]);
  expect(printed(alone.replayed)).toEqual(expected);
  expect(printed(together.replayed)).toEqual(expected);
});

test('replayLogs with eachLog returns what pflow spend prints, with one thread and with three', async () => {
  writeFileSync(bench.path('runs/copy.ndjson.gz'), gzipSync(logOf(3)));
  writeFileSync(bench.path('runs/damaged.ndjson'), logOf(23).toString().replace('1023', '9023'));
  const args = ['--by', 'model', '--since', '2026-01-01', '--time-zone', 'Asia/Kolkata', '--json'];
  const expected = await replayOnCommandLine('spend', 'runs', ...args);
  const spend = { by: 'model', since: '2026-01-01', timeZone: 'Asia/Kolkata' };
  const alone = replayInProgram('runs', ['spend'], { eachLog: true, spend });
  const together = replayInProgram('runs', ['spend'], { eachLog: true, spend, threads: 3 });
  expect([alone.threads, together.threads]).toEqual([1, 3]);
  expect(printed(alone.replayed, 'spend')).toEqual(expected);
  expect(printed(together.replayed, 'spend')).toEqual(expected);
});

test('replayLogs starts threads in a program that Node reads from its command line', () => {
  const library = JSON.stringify(join(ROOT, 'dist/src/index.js'));
  const program = `
    import { replayLogs } from ${library};
    const { results } = await replayLogs('runs', ['metrics'], { threads: 2 });
    console.log(results.metrics.runs);`;
  const args = ['--input-type=module', '--eval', program];
  const env = cleanEnvironment(bench.folder);
  expect(execFileSync(process.execPath, args, { cwd: bench.folder, env, encoding: 'utf8' })).toBe('22\n');
});

test('replayLogs selects a run, cuts texts and marks a result, as the command line does', async () => {
  writeFileSync(bench.path('torn.ndjson'), logOf(1).subarray(0, -30));
  const flags = ['--run', 'last', '--until', '9', '--max-chars', '10'];
  const expected = await replayOnCommandLine('replay', 'torn.ndjson', '--project', 'trace', ...flags);
  const { replayed } = replayInProgram('torn.ndjson', ['trace'], { run: 'last', until: 9, maxChars: 10 });
  expect(printed(replayed, 'trace')).toEqual(expected);
});

describe('in the process of the caller', () => {
  test('replayLogs folds a projection of the caller, without warnings about prices', async () => {
    const pricing = testPricing();
    const custom = { ...createMetrics({ pricing }), name: 'custom' };
    const { results, warnings } = await replayLogs(bench.path('runs'), [custom]);
    expect(results['custom']).toMatchObject({ metrics: { total: { calls: 66 } } });
    expect(warnings).toEqual([]);
  });

  test.each([
    [['nonsense'], {}, 'PROJECTION_UNKNOWN'],
    [[], {}, 'USAGE'],
    [['cost'], { eachLog: true }, 'USAGE'],
    [['spend'], { eachLog: true, run: 'last' }, 'USAGE'],
    [['spend'], { spend: { since: 'yesterday' } }, 'USAGE'],
    [['cost'], { unknownModel: 'error' }, 'NO_PRICE'],
    [['cost'], { run: 'ffff' }, 'RUN_UNKNOWN'],
  ] as const)(
    'replayLogs with the projections %j and the options %j throws %s',
    async (names, options, code) => {
      await expect(replayLogs(bench.path('runs'), names, options)).rejects.toMatchObject({ code });
    },
  );

  test('replayLogs throws LOG_CORRUPT for damage unless it may be skipped', async () => {
    bench.write('damaged.ndjson', logOf(1).toString().replace('1001', '9001'));
    const log = bench.path('damaged.ndjson');
    await expect(replayLogs(log, ['metrics'])).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
    const { notes, marks } = await replayLogs(log, ['metrics'], { skipCorrupt: true });
    expect(notes[0]?.text).toMatch(/^damaged, left out: /u);
    expect(marks).toEqual({ damaged_lines: 1 });
  });
});
