// Invariant: `runFile` of the library does what `pflow run` does with the same file, inputs and options.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { runFile, type RunFileOptions } from '../../src/run/run-workflow-file.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { FIXTURES } from '../support/fixtures.ts';
import {
  documentOf,
  ECHO,
  eventTypesIn,
  testProvider,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

const WORKFLOW = join(FIXTURES, 'workflows/summarise-file.json');
const ANSWERS = join(FIXTURES, 'logs/v1/summarise-file.ndjson');
const MEETING = join(FIXTURES, 'inputs/meeting.txt');

const CALLING = {
  nodes: ['one', 'two'].map((id) => ({
    id,
    type: 'llm',
    params: { model: 'openai/gpt-4o-mini', prompt: `Request ${id}` },
  })),
};

/** Runs it in the folder of the bench, with an environment that holds no keys. */
function run(bench: Workbench, path: string, { env, ...options }: RunFileOptions = {}): Promise<RunOutcome> {
  const { folder } = bench;
  return runFile(path, { cwd: folder, env: { ...cleanEnvironment(folder), ...env }, ...options });
}

async function codeOf(running: Promise<unknown>): Promise<string> {
  const thrown: unknown = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(PflowError);
  return (thrown as PflowError).code;
}

describe('runFile and pflow run', () => {
  /** A projection of a log without times and the id of the run. */
  const replayed = async (bench: Workbench, log: string, projection: string): Promise<unknown> => {
    const { code, stdout } = await bench.run(['replay', log, '--project', projection]);
    expect(code).toBe(0);
    return JSON.parse(stdout, (key, value: unknown) =>
      /(?:_ms|^run|^execution_id|^node_timings)$/u.test(key) ? undefined : value,
    );
  };

  test('give the same result and the same event types, metrics and cost in the log', async () => {
    const bench = workbench();
    const args = ['run', WORKFLOW, `file=${MEETING}`, '--answers', ANSWERS];
    const printed = documentOf(await bench.run([...args, '--log', 'cli.ndjson', '--output-format', 'json']));
    const outcome = await run(bench, WORKFLOW, {
      inputs: { file: MEETING },
      answers: ANSWERS,
      log: 'library.ndjson',
    });
    expect(outcome).toMatchObject({ status: 'success', output: { result: printed.result }, recovered: [] });
    expect(eventTypesIn(bench.path('library.ndjson'))).toEqual(eventTypesIn(bench.path('cli.ndjson')));
    for (const projection of ['metrics', 'cost', 'store'])
      expect(await replayed(bench, 'library.ndjson', projection)).toEqual(
        await replayed(bench, 'cli.ndjson', projection),
      );
  });

  test('fail with the same error', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'status', status: 401 } }] });
    const bench = workbench(provider.env);
    bench.write('flow.json', CALLING);
    const printed = documentOf(await bench.run(['flow.json', '--output-format', 'json']));
    const { status, error } = await run(bench, 'flow.json', { env: provider.env });
    expect({ status, code: error?.code, message: error?.message, hint: error?.hint }).toEqual({
      status: printed.status,
      code: printed.error?.code,
      message: printed.error?.message,
      hint: printed.error?.hint,
    });
  });

  test('stop at the same cost', async () => {
    const tokens = { input: 1_000_000, output: 0 };
    const provider = await testProvider({ rules: [{ then: { do: 'answer', text: 'Yes.', tokens } }] });
    const bench = workbench();
    bench.write('flow.json', CALLING);
    const { error } = await run(bench, 'flow.json', { env: provider.env, maxCost: 0.1 });
    expect(error?.message).toBe('spent $0.15 of the $0.1 limit; no further model call is made');
    expect(provider.requests).toHaveLength(1);
  });
});

describe('runFile', () => {
  test('converts texts like key=value, and takes other values as they are', async () => {
    const bench = workbench();
    const inputs = { count: { type: 'integer' }, list: { type: 'array' } };
    const outputs = { count: { source: '${count}' }, list: { source: '${list}' } };
    bench.write('flow.json', { ...ECHO, inputs, outputs });
    const { output } = await run(bench, 'flow.json', { inputs: { count: '3', list: [1, 'two'] } });
    expect(output?.result).toEqual({ count: 3, list: [1, 'two'] });
  });

  test('writes no log and no other file unless an option names one', async () => {
    const bench = workbench();
    bench.write('echo.json', ECHO);
    expect((await run(bench, 'echo.json')).status).toBe('success');
    expect(readdirSync(bench.folder)).toEqual(['echo.json']);
  });

  test('gives each run its own file in a folder', async () => {
    const bench = workbench();
    bench.write('echo.json', ECHO);
    await run(bench, 'echo.json', { log: 'runs/' });
    await run(bench, 'echo.json', { log: 'runs/' });
    expect(readdirSync(bench.path('runs'))).toHaveLength(2);
  });

  test('runs a saved workflow by name, and counts the run', async () => {
    const bench = workbench();
    const outputs = { greeting: { source: '${hello.echo}' } };
    bench.write('.pflow/workflows/greet.json', { ...ECHO, outputs });
    expect((await run(bench, 'greet')).output?.result).toEqual({ greeting: 'hello' });
    expect(readFileSync(bench.path('.pflow/workflows/greet.history.ndjson'), 'utf8')).toContain(
      '"workflow.used"',
    );
  });

  test('uses the client in `models` instead of the providers', async () => {
    const bench = workbench();
    bench.write('flow.json', CALLING);
    const answer = {
      ...{ text: 'From the client.', provider: 'test', model: 'openai/gpt-4o-mini', usage: {} },
      finish_reason: 'stop',
    };
    const { output } = await run(bench, 'flow.json', { models: { answer: () => Promise.resolve(answer) } });
    expect(output?.value).toBe('From the client.');
  });

  test('ends as interrupted when its signal is aborted, and closes the log', async () => {
    const bench = workbench();
    const command = 'touch started; sleep 300';
    bench.write('slow.json', { nodes: [{ id: 'wait', type: 'shell', params: { command } }] });
    const controller = new AbortController();
    const running = run(bench, 'slow.json', { log: 'run.ndjson', signal: controller.signal });
    await expect.poll(() => existsSync(bench.path('started'))).toBe(true);
    controller.abort();
    const { status, error } = await running;
    expect({ status, code: error?.code }).toEqual({ status: 'interrupted', code: 'INTERRUPTED' });
    expect(eventTypesIn(bench.path('run.ndjson')).at(-1)).toBe('run.completed');
  });

  test('keeps secrets out of the error', async () => {
    const bench = workbench();
    const command = 'echo "bad key $KEY" >&2; exit 1';
    const params = { command, env: { KEY: '${api_key}' } };
    bench.write('flow.json', {
      inputs: { api_key: { secret: true } },
      nodes: [{ id: 'call', type: 'shell', params }],
    });
    const { error } = await run(bench, 'flow.json', { inputs: { api_key: 'very-secret-1' } });
    expect(error?.message).not.toContain('very-secret-1');
  });

  test('throws before anything runs', async () => {
    const bench = workbench();
    const nodes = [{ id: 'show', type: 'echo', params: { message: '${file}' } }];
    bench.write('flow.json', { nodes, inputs: { file: { type: 'string' } } });
    bench.write('calling.json', CALLING);
    bench.write('invalid.json', { nodes: [] });
    const log = { log: 'run.ndjson' };
    expect(await codeOf(run(bench, 'nothing.json', log))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(run(bench, 'invalid.json', log))).toBe('WORKFLOW_INVALID');
    expect(await codeOf(run(bench, 'flow.json', log))).toBe('INPUT_MISSING');
    expect(await codeOf(run(bench, 'calling.json', log))).toBe('MODEL_KEY_MISSING');
    expect(existsSync(bench.path('run.ndjson'))).toBe(false);
  });
});
