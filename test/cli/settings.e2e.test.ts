// The commands of settings, and what `env` and `deny` do to a run.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  documentOf,
  expectJsonError,
  expectTextError,
  testProvider,
  workbench,
} from '../support/workbench.ts';

const SECRET = 'hush-hush-4711';

describe('settings', () => {
  test('are set, shown and removed, and a value of env is never shown', async () => {
    const bench = workbench();
    const file = `file   ${bench.path('.pflow/settings.json')}\n`;
    const piped = await bench.run(['settings', 'set', 'env.API_TOKEN'], { stdin: `${SECRET}\n` });
    expect(piped).toMatchObject({
      code: 0,
      stdout: 'set    env.API_TOKEN = <redacted:API_TOKEN>\n',
      stderr: file,
    });
    await bench.run(['settings', 'set', 'default_model', 'openai/gpt-5-mini']);
    expect(await bench.run(['settings', 'show'])).toMatchObject({
      code: 0,
      stdout: 'default_model  openai/gpt-5-mini\nenv.API_TOKEN  <redacted:API_TOKEN>\n',
      stderr: file,
    });
    expect(JSON.parse((await bench.run(['settings', 'show', 'env', '--json'])).stdout)).toEqual({
      key: 'env',
      value: { API_TOKEN: '<redacted:API_TOKEN>' },
    });
    expect((await bench.run(['settings', 'path'])).stdout).toBe(`${bench.path('.pflow/settings.json')}\n`);
    expect(await bench.run(['settings', 'unset', 'default_model', 'log_dir'])).toMatchObject({
      code: 0,
      stdout: 'unset  default_model\n',
      stderr: 'note   log_dir was not set\n',
    });
    expectTextError(await bench.run(['settings', 'set', 'log_keep_days']), 2, 'USAGE');
    const wrong = await bench.run(['settings', 'show', 'defaul_model', '--json']);
    expect(expectJsonError(wrong, 2, 'USAGE').details).toEqual([expect.stringContaining('"default_model"?')]);
  });
});

describe('env in the settings', () => {
  test('feeds inputs after the environment, and its values are in no log', async () => {
    const bench = workbench();
    bench.write('.pflow/settings.json', { env: { token: SECRET, tone: 'dry', count: '7' } });
    bench.write('w.json', {
      inputs: { token: {}, tone: { default: 'warm' }, count: { type: 'integer' } },
      nodes: [{ id: 'a', type: 'echo', params: { message: '${token} ${tone} ${count}' } }],
    });
    const run = await bench.run(['run', 'w.json', '--log', 'runs/', '--output-format', 'json'], {
      env: { tone: 'loud' },
    });
    expect(documentOf(run).result).toBe(`${SECRET} loud 7`);
    const [name = ''] = readdirSync(bench.path('runs'));
    const log = readFileSync(bench.path(`runs/${name}`), 'utf8');
    expect(log).not.toContain(SECRET);
    expect(log).toContain('"count":"<redacted:count>"');
    expect(log).toContain('"tone":"loud"');
  });

  test('holds keys of models, which commands do not get', async () => {
    const provider = await testProvider({ answers: { hi: 'hello' } });
    const bench = workbench({ OPENAI_BASE_URL: `${provider.url}/v1` });
    bench.write('.pflow/settings.json', { env: { OPENAI_API_KEY: SECRET } });
    bench.write('w.json', {
      nodes: [
        { id: 'ask', type: 'llm', params: { prompt: 'hi', model: 'openai/gpt-4o-mini' } },
        { id: 'show', type: 'shell', params: { command: 'echo "key: $OPENAI_API_KEY"' } },
      ],
      outputs: { answer: { source: '${ask.response}' }, command: { source: '${show.stdout}' } },
    });
    const { result } = documentOf(await bench.run(['run', 'w.json', '--output-format', 'json']));
    expect(result).toEqual({ answer: 'hello', command: 'key: ' });
  });
});

test('a denied type is refused by validate and run, also in a custom module', async () => {
  const bench = workbench();
  bench.write('.pflow/settings.json', { deny: ['shell', 'delete-*'] });
  bench.write('w.json', {
    nodes: [
      { id: 'a', type: 'shell', params: { command: 'touch made' } },
      { id: 'b', type: 'delete-file', params: { file_path: 'x' } },
    ],
  });
  const details = [
    expect.stringContaining('nodes[0].type: the settings deny the type "shell" (deny: "shell")') as string,
    expect.stringContaining(
      'nodes[1].type: the settings deny the type "delete-file" (deny: "delete-*")',
    ) as string,
  ];
  for (const command of ['validate', 'run']) {
    const flag = command === 'run' ? ['--output-format', 'json'] : ['--json'];
    const run = await bench.run([command, 'w.json', ...flag]);
    expect(expectJsonError(run, 2, 'WORKFLOW_INVALID').details).toEqual(details);
  }
  expect(readdirSync(bench.folder)).not.toContain('made');
  expect((await bench.run(['registry', 'list'])).stdout).not.toMatch(/^(?:shell|delete-file) /mu);
  expectTextError(await bench.run(['registry', 'describe', 'shell']), 2, 'NODE_TYPE_UNKNOWN');
});
