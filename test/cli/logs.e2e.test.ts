// Invariant: a log is made only where a flag names it, for its owner alone, with no more in it than its level allows.
// If it can no longer be written, the run goes on and reports that.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import {
  documentOf,
  ECHO,
  eventsIn,
  expectJsonError,
  testProvider,
  eventTypesIn,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

const MODEL_CALL = {
  inputs: { topic: { type: 'string' } },
  nodes: [
    { id: 'note', type: 'shell', params: { command: 'echo shell-words' } },
    {
      id: 'ask',
      type: 'llm',
      params: {
        model: 'anthropic/claude-sonnet-4-0',
        system: 'system-words',
        prompt: 'prompt-words ${topic}',
      },
    },
  ],
  outputs: { text: { source: '${ask.response}' } },
};

const LOG_NAME = /^\d{8}-\d{6}-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\.ndjson$/u;

async function benchWithModel(): Promise<Workbench> {
  const rule = {
    then: { do: 'answer', text: 'answer-words', tokens: { input: 1000, output: 100 } },
  } as const;
  const provider = await testProvider({ rules: [rule] });
  const bench = workbench(provider.env);
  bench.write('ask.json', MODEL_CALL);
  return bench;
}

function benchWithEcho(): Workbench {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  return bench;
}

describe('the place of a log', () => {
  test('without a flag no file is made, not even in the home folder', async () => {
    const bench = benchWithEcho();
    for (const args of [
      ['run', 'flow.json'],
      ['flow.json', '--output-format', 'json'],
      ['validate', 'flow.json'],
    ]) {
      expect((await bench.run(args)).code).toBe(0);
    }
    expect(readdirSync(bench.folder)).toEqual(['flow.json']);
  });

  test('--log FILE makes that file, and only its owner may read it', async () => {
    const bench = benchWithEcho();
    const run = await bench.run(['run', 'flow.json', '--log', 'run.ndjson', '--output-format', 'json']);
    const events = eventsIn(bench.path('run.ndjson'));
    expect(documentOf(run).log).toEqual({ path: 'run.ndjson', complete: true, last_seq: events.length - 1 });
    expect((statSync(bench.path('run.ndjson')).mode & 0o777).toString(8)).toBe('600');
  });

  test.each([
    ['--log DIR/', ['--log', 'logs/'], {}],
    ['PFLOW_LOG_DIR', [], { PFLOW_LOG_DIR: 'logs' }],
  ])('%s makes the folder, and a separate file for every run', async (_what, flags, env) => {
    const bench = benchWithEcho();
    for (const _run of [1, 2]) {
      const run = await bench.run(['flow.json', ...flags], { env });
      expect(run.stderr).toMatch(/^log {4}logs\/\S+\.ndjson\n$/u);
    }
    const names = readdirSync(bench.path('logs'));
    expect(names).toEqual([expect.stringMatching(LOG_NAME), expect.stringMatching(LOG_NAME)]);
    for (const name of names) {
      expect((statSync(bench.path(`logs/${name}`)).mode & 0o777).toString(8)).toBe('600');
      expect(name).toContain(eventsIn(bench.path(`logs/${name}`))[0]?.run);
    }
  });

  test('--log wins over PFLOW_LOG_DIR', async () => {
    const bench = benchWithEcho();
    await bench.run(['flow.json', '--log', 'run.ndjson'], { env: { PFLOW_LOG_DIR: 'logs' } });
    expect(readdirSync(bench.folder).sort()).toEqual(['flow.json', 'run.ndjson']);
  });
});

describe('the content of a log', () => {
  const WORDS = ['shell-words', 'system-words', 'prompt-words', 'topic-words', 'answer-words'];

  test.each([
    ['metrics', []],
    ['trace', WORDS],
  ])('--log-level %s decides whether texts are in the log', async (level, expected) => {
    const bench = await benchWithModel();
    const run = await bench.run([
      'ask.json',
      'topic=topic-words',
      '--log',
      'run.ndjson',
      '--log-level',
      level,
    ]);
    expect(run.stdout).toBe('answer-words\n');
    const bytes = readFileSync(bench.path('run.ndjson'), 'utf8');
    expect(WORDS.filter((word) => bytes.includes(word))).toEqual(expected);
    expect(bytes).not.toContain('test-anthropic-key');
  });

  test('logs of both levels have the same cost', async () => {
    const bench = await benchWithModel();
    const bill = async (level: string): Promise<unknown> => {
      await bench.run(['ask.json', 'topic=x', '--log', level, '--log-level', level]);
      const { stdout } = await bench.run(['replay', level, '--project', 'cost']);
      return JSON.parse(stdout);
    };
    expect(await bill('metrics')).toEqual(await bill('trace'));
  });

  test('--trace with --log-level metrics is wrong usage', async () => {
    const args = [
      'flow.json',
      '--trace',
      '--log',
      'run.ndjson',
      '--log-level',
      'metrics',
      '--output-format',
      'json',
    ];
    const bench = benchWithEcho();
    expectJsonError(await bench.run(args), 2, 'USAGE');
    expect(readdirSync(bench.folder)).toEqual(['flow.json']);
  });
});

describe('--trace', () => {
  test('traces of two runs in one second do not overwrite each other', async () => {
    const bench = benchWithEcho();
    const runs = await Promise.all(
      [1, 2, 3].map(() =>
        bench.run(['flow.json', '--trace', '--output-format', 'json'], { ownProcess: true }),
      ),
    );
    const files = runs.map((run) => documentOf(run).trace_file ?? '');
    expect(new Set(files).size).toBe(3);
    for (const [index, file] of files.entries()) {
      expect(file).toMatch(/\/\.pflow\/debug\/pflow-trace-workflow-\d{8}-\d{6}(-\d+)?\.json$/u);
      const trace = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
      const document = JSON.parse(runs[index]?.stdout ?? '') as Readonly<Record<string, unknown>>;
      expect(trace['execution_id']).toBe(document['execution_id']);
      expect(trace['final_status']).toBe('success');
      expect(trace['nodes']).toMatchObject([
        { node_id: 'hello', node_type: 'echo', success: true, mutations: { removed: [], modified: [] } },
      ]);
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    }
  });
});

describe('a log that can no longer be written', () => {
  const LONG = {
    nodes: [
      { id: 'a', type: 'echo', params: { message: 'one' } },
      { id: 'b', type: 'shell', params: { command: "head -c 4000 /dev/zero | tr '\\0' b" } },
      { id: 'c', type: 'write-file', params: { file_path: 'made', content: 'x' } },
    ],
    outputs: { file: { source: '${c.file_path}' } },
  };

  /** No file may grow over 3,000 bytes. */
  async function onFullDisk(
    bench: Workbench,
    flags: readonly string[],
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = spawn(
      'prlimit',
      ['--fsize=3000', process.execPath, PROGRAM, 'flow.json', '--log', 'run.ndjson', ...flags],
      { cwd: bench.folder, env: cleanEnvironment(bench.folder), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  const REASON =
    'the log "run.ndjson" is safe up to seq 6 only: the file would grow over the size limit (EFBIG)';

  test('a run whose log fails prints its result, names the last safe seq and exits with 3', async () => {
    const bench = workbench();
    bench.write('flow.json', LONG);
    expect(await onFullDisk(bench, [])).toEqual({
      code: 3,
      stdout: 'made\n',
      stderr: `log    run.ndjson\nwarning LOG_INCOMPLETE: ${REASON}\n`,
    });
    expect(readFileSync(bench.path('made'), 'utf8')).toBe('x');
  });

  test('a run whose log fails has a complete JSON document that marks its log incomplete', async () => {
    const bench = workbench();
    bench.write('flow.json', LONG);
    const { code, stdout } = await onFullDisk(bench, [
      '--output-format',
      'json',
      '--trace',
      '--log-level',
      'trace',
    ]);
    const document = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(code).toBe(3);
    expect(document).toMatchObject({
      status: 'success',
      is_error: false,
      complete: true,
      num_nodes: 3,
      log: { path: 'run.ndjson', complete: false, last_seq: 6 },
    });
  });

  test('a log that failed can be replayed as incomplete', async () => {
    const bench = workbench();
    bench.write('flow.json', LONG);
    await onFullDisk(bench, []);
    const run = await bench.run(['replay', 'run.ndjson', '--project', 'metrics']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: 'incomplete', complete: false });
    expect(run.stderr).toMatch(
      /^note run\.ndjson, line 8 \(byte \d+\) is torn: \d+ bytes without a newline are left out$/mu,
    );
  });

  test('--log-required stops a run at the next node after its log failed', async () => {
    const bench = workbench();
    bench.write('flow.json', LONG);
    const { code, stdout, stderr } = await onFullDisk(bench, ['--log-required']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `error LOG_INCOMPLETE: the log failed and --log-required was given: ${REASON}\n` +
        '  Free the disk or choose another folder with --log.\nlog    run.ndjson\n',
    );
    expect(readdirSync(bench.folder).sort()).toEqual(['flow.json', 'run.ndjson']);
  });

  test('--log-required stops a run inside of a nested workflow, whatever its retries and error edges', async () => {
    const bench = workbench();
    const child = {
      id: 'child',
      type: 'workflow',
      params: { ir: LONG, inputs: {} },
      retry: { max: 2, wait_s: 300 },
    };
    const end = { id: 'end', type: 'echo', params: { message: 'on' } };
    const edges = [
      { from: 'child', to: 'end' },
      { from: 'child', to: 'end', action: 'error' },
    ];
    bench.write('flow.json', { nodes: [child, end], edges });
    const run = await onFullDisk(bench, ['--log-required', '--timeout', '100', '--output-format', 'json']);
    expectJsonError({ ...run, signal: null }, 3, 'LOG_INCOMPLETE');
  });

  test('a run that --log-required stopped has the error in its JSON document', async () => {
    const bench = workbench();
    bench.write('flow.json', LONG);
    const run = await onFullDisk(bench, ['--log-required', '--output-format', 'json']);
    expectJsonError({ ...run, signal: null }, 3, 'LOG_INCOMPLETE');
  });
});

test('a run that is killed leaves every written event, and a log that replays as incomplete', async () => {
  const provider = await testProvider({ rules: [{ then: { do: 'hang' } }] });
  const bench = workbench(provider.env);
  bench.write('ask.json', MODEL_CALL);
  const run = await bench.run(['ask.json', 'topic=x', '--log', 'run.ndjson'], {
    onStart: (child) => void provider.waitForRequest(1).then(() => child.kill('SIGKILL')),
  });
  expect(run.signal).toBe('SIGKILL');
  expect(eventTypesIn(bench.path('run.ndjson')).slice(-2)).toEqual(['llm.prompted', 'llm.sent']);

  const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'metrics,steps,trace']);
  const { metrics, steps, trace } = JSON.parse(replayed.stdout) as Readonly<Record<string, unknown>>;
  expect(replayed.code).toBe(0);
  expect(metrics).toMatchObject({ status: 'incomplete', complete: false });
  expect(steps).toMatchObject([
    { node_id: 'note', status: 'completed' },
    { node_id: 'ask', status: 'running' },
  ]);
  expect(trace).toMatchObject({ final_status: 'incomplete' });
  const id = eventsIn(bench.path('run.ndjson'))[0]?.run ?? '';
  expect(replayed.stderr).toBe(
    `note run ${id} is incomplete: it crashed or is still going\n` +
      'warning 1 call of anthropic/claude-sonnet-4-0 not in the total: ' +
      'the call was sent, and the log has no end of it\n',
  );
});
