// Invariant: replay gives one result however a log is read, and names damage instead of guessing.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM, runCli } from '../support/cli.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import {
  documentOf,
  eventsIn,
  expectJsonError,
  testProvider,
  expectReplayError,
  expectTextError,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

const A = join(FIXTURES, 'logs/v1/release-notes.ndjson');
const B = join(FIXTURES, 'logs/v1/three-models.ndjson');

const PROJECTIONS = [
  'metrics',
  'cost',
  'spend',
  'trace',
  'planner-trace',
  'steps',
  'timeline',
  'failure',
  'runs',
  'store',
  'summary',
  'warnings',
  'answers',
  'partners',
];

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

async function metricsOf(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const run = await bench.run(['replay', ...args, '--project', 'metrics']);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(run.stdout) as Readonly<Record<string, unknown>>;
}

function runOf(log: string): string {
  return eventsIn(log)[0]?.run ?? '';
}

describe('sources of replay', () => {
  test('two logs in one pipe give the result of two files', async () => {
    const args = ['--project', PROJECTIONS.join(',')];
    const files = await bench.run(['replay', A, B, ...args]);
    const piped = await bench.run(['replay', '-', ...args], {
      stdin: Buffer.concat([readFileSync(A), readFileSync(B)]),
    });
    expect(piped).toEqual(files);
    expect({ code: files.code, stderr: files.stderr }).toEqual({ code: 0, stderr: '' });
    const line = `cat "${A}" "${B}" | "${process.execPath}" "${PROGRAM}" replay - --project metrics | jq .runs`;
    const shell = execFileSync('/bin/sh', ['-c', line], { env: cleanEnvironment(bench.folder) });
    expect(shell.toString()).toBe('2\n');
  });

  test('a packed log gives the result of the log, from a file and from a pipe', async () => {
    const packed = gzipSync(readFileSync(A));
    const plain = await bench.run(['replay', A, '--project', 'metrics,trace']);
    bench.write('a.ndjson.gz', '');
    execFileSync('/bin/sh', ['-c', 'cat > a.ndjson.gz'], { cwd: bench.folder, input: packed });
    expect(await bench.run(['replay', 'a.ndjson.gz', '--project', 'metrics,trace'])).toEqual(plain);
    expect(await bench.run(['replay', '-', '--project', 'metrics,trace'], { stdin: packed })).toEqual(plain);
  });

  test('a folder gives the result of the logs in it', async () => {
    bench.write('logs/readme.txt', 'no log');
    copyFileSync(A, bench.path('logs/1.ndjson'));
    copyFileSync(B, bench.path('logs/2.ndjson'));
    expect(await metricsOf(['logs'])).toEqual(await metricsOf([A, B]));
  });
});

describe('--run and --until', () => {
  test('--run selects the run that began last, or a run by its id or the start of its id', async () => {
    const [a, b] = [await metricsOf([A]), await metricsOf([B])];
    // The order of the names does not matter.
    expect(await metricsOf([A, B, '--run', 'last'])).toEqual(b);
    expect(await metricsOf([B, A, '--run', 'last'])).toEqual(b);
    expect(await metricsOf([A, B, '--run', runOf(A)])).toEqual(a);
    expect(await metricsOf([A, B, '--run', runOf(B).slice(0, 13)])).toEqual(b);
    expect(await metricsOf([A, B, '--run', 'all'])).toEqual(await metricsOf([A, B]));
  });

  test.each([
    ['ffffffff', 'there is no run ffffffff in the log'],
    ['0', 'there are several runs 0 in the log'],
  ])('--run %s is an error that lists the available runs', async (id, message) => {
    const run = await bench.run(['replay', A, B, '--project', 'metrics', '--run', id]);
    expect(expectReplayError(run, 2, 'RUN_UNKNOWN')).toEqual([
      `error RUN_UNKNOWN: ${message}`,
      `  available: ${runOf(A)}, ${runOf(B)}`,
      '  Give a whole id, or --run last.',
    ]);
  });

  test('--until SEQ gives the result of the log up to that event', async () => {
    const events = eventsIn(A);
    const seq = events.findIndex(({ type }) => type === 'node.completed');
    const cut = events.slice(0, seq + 1).length;
    bench.write('cut.ndjson', `${readFileSync(A, 'utf8').split('\n').slice(0, cut).join('\n')}\n`);
    for (const projection of PROJECTIONS) {
      const until = await bench.run(['replay', A, '--project', projection, '--until', String(seq)]);
      const first = await bench.run(['replay', 'cut.ndjson', '--project', projection]);
      expect(until.stdout, projection).toBe(first.stdout);
      expect(until.code).toBe(0);
    }
  });
});

describe('--project', () => {
  test('several projections give an object with a result for each name', async () => {
    const [together, apart, metrics, steps] = await Promise.all([
      bench.run(['replay', A, '--project', 'metrics,steps']),
      bench.run(['replay', A, '--project', 'metrics', '--project', 'steps']),
      bench.run(['replay', A, '--project', 'metrics']),
      bench.run(['replay', A, '--project', 'steps']),
    ]);
    expect(together.stdout).toBe(apart.stdout);
    expect(JSON.parse(together.stdout)).toEqual({
      metrics: JSON.parse(metrics.stdout) as unknown,
      steps: JSON.parse(steps.stdout) as unknown,
    });
  });

  test('an unknown projection is an error with the nearest name', async () => {
    const run = await bench.run(['replay', A, '--project', 'metrics,cots']);
    expect(expectReplayError(run, 2, 'PROJECTION_UNKNOWN')).toEqual([
      'error PROJECTION_UNKNOWN: there is no projection "cots"',
      `  available: ${PROJECTIONS.join(', ')}`,
      '  Did you mean cost?',
    ]);
  });

  test('every projection that `pflow projections` lists can be replayed, as JSON and as a table', async () => {
    const listed = await runCli(['projections']);
    expect(
      listed.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(PROJECTIONS);
    for (const format of ['json', 'ndjson', 'table']) {
      const run = await bench.run(['replay', B, '--project', PROJECTIONS.join(','), '--format', format]);
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
      expect(run.stdout).toContain('anthropic/claude-sonnet-4-0');
    }
  });
});

describe('a damaged log', () => {
  const lines = readFileSync(A, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.startsWith('{"type":"llm.completed"'));
  const offset = Buffer.byteLength(lines.slice(0, at).join('\n')) + 1;
  const seq = eventsIn(A)[at]?.seq ?? -1;

  /** One digit of the usage is changed. */
  const forged = lines
    .with(at, lines[at]?.replace(/"output_tokens":\d/u, '"output_tokens":9') ?? '')
    .join('\n');

  test('a changed line is named with its number, its byte and its seq', async () => {
    bench.write('bad.ndjson', forged);
    const run = await bench.run(['replay', 'bad.ndjson', '--project', 'metrics']);
    const place = `line ${String(at + 1)} (byte ${String(offset)}, seq ${String(seq)})`;
    expect(expectReplayError(run, 1, 'LOG_CORRUPT')[0]).toMatch(/^error LOG_CORRUPT: the log is damaged: /u);
    expect(run.stderr).toContain(`bad.ndjson, ${place}: `);
    const piped = await bench.run(['replay', '-', '--project', 'metrics'], { stdin: forged });
    expect(piped.stderr).toContain(`stdin, ${place}: `);
    expect(piped.code).toBe(1);
  });

  test('--skip-corrupt leaves a damaged line out, notes it and marks the result', async () => {
    bench.write('bad.ndjson', forged);
    const run = await bench.run(['replay', 'bad.ndjson', '--project', 'metrics', '--skip-corrupt']);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(`note damaged, left out: bad.ndjson, line ${String(at + 1)} (byte`);
    const { log, metrics, exact } = JSON.parse(run.stdout) as Readonly<
      Record<string, Readonly<Record<string, unknown>>>
    >;
    expect(log).toEqual({ damaged_lines: 1 });
    // The call was sent, and its bill is damaged.
    expect(metrics?.['total']).toMatchObject({ calls: 1, cost_usd: 0 });
    expect(exact).toBe(false);
  });

  test('a torn last line is left out and noted on stderr', async () => {
    const text = readFileSync(A, 'utf8');
    bench.write('torn.ndjson', text.slice(0, -5));
    const run = await bench.run(['replay', 'torn.ndjson', '--project', 'metrics']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: 'incomplete', complete: false });
    const last = lines.at(-2) ?? '';
    const start = Buffer.byteLength(text) - Buffer.byteLength(last) - 1;
    expect(run.stderr).toBe(
      `note torn.ndjson, line ${String(lines.length - 1)} (byte ${String(start)}) is torn: ` +
        `${String(Buffer.byteLength(last) - 4)} bytes without a newline are left out\n` +
        `note run ${runOf(A)} is incomplete: it crashed or is still going\n`,
    );
  });

  test.each([
    ['empty', '', 'LOG_EMPTY', 1],
    ['text', 'hello\n', 'NOT_A_LOG', 2],
    ['binary', '\u0000\u0001\u0002\n', 'NOT_A_LOG', 2],
    ['JSON of something else', '{"type":"module"}\n', 'NOT_A_LOG', 2],
  ])('a file that is not a log is refused: %s', async (_what, content, code, exit) => {
    bench.write('no.ndjson', content);
    expectReplayError(await bench.run(['replay', 'no.ndjson', '--project', 'metrics']), exit, code);
  });
});

describe('--answers', () => {
  const TWO_CALLS = {
    inputs: { topic: { type: 'string' } },
    nodes: [
      { id: 'one', type: 'llm', params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'First ${topic}' } },
      { id: 'two', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Then ${one.response}' } },
    ],
  };

  test('a run on its own log gives the same result at no cost, without a key', async () => {
    const provider = await testProvider({ answers: { First: 'an answer', Then: 'another one' } });
    bench.write('ask.json', TWO_CALLS);
    const args = ['ask.json', 'topic=x', '--output-format', 'json'];
    const live = documentOf(await bench.run([...args, '--log', 'run.ndjson'], { env: provider.env }));
    const again = documentOf(await bench.run([...args, '--answers', 'run.ndjson', '--log', 'again.ndjson']));
    expect(provider.requests).toHaveLength(2);
    expect(live.total_cost_usd).toBeGreaterThan(0);
    expect({ result: again.result, total: again.total_cost_usd, reused: again.reused_cost_usd }).toEqual({
      result: live.result,
      total: 0,
      reused: live.total_cost_usd,
    });
    const replayed = await metricsOf(['again.ndjson']);
    expect(replayed['reused_cost_usd']).toBe(live.total_cost_usd);
  });

  test('a request without a recorded answer is an error, and --on-miss live calls the model', async () => {
    const provider = await testProvider();
    bench.write('ask.json', TWO_CALLS);
    const args = ['ask.json', 'topic=y', '--answers', 'run.ndjson'];
    await bench.run(['ask.json', 'topic=x', '--log', 'run.ndjson'], { env: provider.env });
    const miss = await bench.run(args);
    expect(expectTextError(miss, 1, 'ANSWER_NOT_RECORDED')[0]).toBe(
      'error ANSWER_NOT_RECORDED: no answer is recorded for a request of node "one" to anthropic/claude-sonnet-4-0',
    );
    expectJsonError(await bench.run([...args, '--output-format', 'json']), 1, 'ANSWER_NOT_RECORDED');
    expect((await bench.run([...args, '--on-miss', 'live'], { env: provider.env })).code).toBe(0);
    expectTextError(await bench.run([...args, '--on-miss', 'live']), 2, 'MODEL_KEY_MISSING');
  });

  test('a log without answers is refused before anything runs', async () => {
    bench.write('ask.json', TWO_CALLS);
    const log = join(FIXTURES, 'logs/v1/open-issues-report.ndjson');
    expectTextError(await bench.run(['ask.json', 'topic=x', '--answers', log]), 1, 'ANSWER_NOT_RECORDED');
    expectTextError(await bench.run(['ask.json', 'topic=x', '--answers', 'no.ndjson']), 2, 'FILE_NOT_FOUND');
  });
});
