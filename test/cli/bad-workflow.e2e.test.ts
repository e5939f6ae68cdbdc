// Invariant: a workflow that cannot run ends with exit code 2 and one error, in text and in JSON, and makes no log.
import { existsSync, mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import {
  ECHO,
  expectJsonError,
  expectTextError,
  workbench,
  type ErrorDocument,
  type Workbench,
} from '../support/workbench.ts';

const callOf = (model: string): unknown => ({
  nodes: [
    { id: 'first', type: 'write-file', params: { file_path: 'made', content: 'x' } },
    { id: 'ask', type: 'llm', params: { model, prompt: 'Hello' } },
  ],
});

/** Runs the workflow with text and with JSON output. Both must fail alike, without a log. */
async function expectRefusal(
  bench: Workbench,
  args: readonly string[],
  code: string,
): Promise<{ readonly error: ErrorDocument; readonly lines: readonly string[] }> {
  const [text, json] = await Promise.all([
    bench.run(['run', ...args, '--log', 'run.ndjson']),
    bench.run(['run', ...args, '--log', 'run.ndjson', '--output-format', 'json']),
  ]);
  const lines = expectTextError(text, 2, code);
  const error = expectJsonError(json, 2, code);
  expect(lines).toEqual([
    `error ${code}: ${error.message}`,
    ...[...(error.details ?? []), ...(error.hint === undefined ? [] : [error.hint])].map(
      (line) => `  ${line}`,
    ),
  ]);
  expect(existsSync(bench.path('run.ndjson'))).toBe(false);
  return { error, lines };
}

describe('a workflow that does not exist', () => {
  test('a missing file is reported with the nearest name in the folder', async () => {
    const bench = workbench();
    bench.write('report.json', ECHO);
    const { error } = await expectRefusal(bench, ['raport.json'], 'FILE_NOT_FOUND');
    expect(error).toEqual({
      code: 'FILE_NOT_FOUND',
      message: 'raport.json is neither a file nor a saved workflow',
      hint: 'Did you mean report.json?',
    });
  });

  test('a directory is not a workflow', async () => {
    const bench = workbench();
    mkdirSync(bench.path('flows'));
    const { error } = await expectRefusal(bench, ['flows'], 'FILE_UNREADABLE');
    expect(error.message).toBe('flows is a folder');
  });
});

describe('an invalid workflow file', () => {
  test('a file that is not JSON is reported with line and column', async () => {
    const bench = workbench();
    bench.write('bad.json', 'nodes: []\n');
    const { lines } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(lines).toEqual([
      'error WORKFLOW_INVALID: bad.json is not JSON: "nodes" is not a JSON value (line 1, column 1)',
      '  1 | nodes: []',
      '      ^',
    ]);
  });

  test('a comment is reported with its position', async () => {
    const bench = workbench();
    bench.write('bad.json', '{\n  // the nodes\n  "nodes": []\n}\n');
    const { lines } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(lines).toEqual([
      'error WORKFLOW_INVALID: bad.json is not JSON: a comment, which JSON does not allow (line 2, column 3)',
      '  2 |   // the nodes',
      '        ^',
    ]);
  });

  test('an unknown key is reported with the known keys', async () => {
    const bench = workbench();
    bench.write('bad.json', { nodes: [{ id: 'a', type: 'echo', parms: {} }] });
    const { lines } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(lines).toEqual([
      'error WORKFLOW_INVALID: bad.json has one problem',
      '  nodes[0].parms: unknown key "parms"; available: id, type, purpose, params, retry, timeout_s, batch, loop, approval; did you mean "params"?',
    ]);
  });

  test('an unknown key inside a param is reported with the keys of the param', async () => {
    const bench = workbench();
    const params = { url: 'http://localhost', expect: { statuz: 200 } };
    bench.write('bad.json', { nodes: [{ id: 'a', type: 'http', params }] });
    const { error } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(error.details).toEqual([
      'nodes[0].params.expect.statuz: unknown key "statuz"; available: status, body; did you mean "status"?',
    ]);
  });

  test('an unknown type is reported with all types and the nearest one', async () => {
    const bench = workbench();
    bench.write('bad.json', { nodes: [{ id: 'a', type: 'ecko' }] });
    const { error } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(error.details).toEqual([
      `nodes[0].type: unknown type "ecko"; available: ${NODE_TYPE_NAMES.join(', ')}; did you mean "echo"?`,
    ]);
  });

  test('a typo in a template is found before anything runs', async () => {
    const bench = workbench();
    bench.write('bad.json', {
      nodes: [
        { id: 'read', type: 'read-file', params: { file_path: 'notes.txt' } },
        { id: 'say', type: 'echo', params: { message: '${read.contents}' } },
      ],
    });
    const { error } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(error.path).toBe('nodes[1].params.message');
    expect(error.details).toEqual([
      'nodes[1].params.message: ${read.contents} does not exist, read-file writes: content, content_is_binary, file_path, error; did you mean ${read.content}?',
    ]);
  });

  test('a cycle without an exit is reported with its nodes', async () => {
    const bench = workbench();
    bench.write('bad.json', {
      nodes: [
        { id: 'a', type: 'echo' },
        { id: 'b', type: 'echo' },
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    });
    const { error } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(error.details).toEqual([
      'edges: cycle without exit: a → b → a; add an edge with an action that leads out of it',
    ]);
  });

  test('all problems are reported at once, by run and by validate', async () => {
    const bench = workbench();
    bench.write('bad.json', {
      nodes: [{ id: 'a', type: 'echo', params: { mesage: 1 } }],
      edges: [{ from: 'a', to: 'b' }],
    });
    const { error, lines } = await expectRefusal(bench, ['bad.json'], 'WORKFLOW_INVALID');
    expect(error.message).toBe('bad.json has 2 problems');
    expect(error.details).toHaveLength(2);
    expect(error.problems).toEqual([
      {
        path: 'nodes[0].params.mesage',
        code: 'PARAM_INVALID',
        message: expect.stringContaining('unknown') as string,
        suggestion: expect.stringContaining('message') as string,
      },
      { path: 'edges[0].to', code: 'EDGE_INVALID', message: expect.any(String) as string },
    ]);
    const checked = await bench.run(['validate', 'bad.json']);
    expect(expectTextError(checked, 2, 'WORKFLOW_INVALID')).toEqual(lines);
    expectJsonError(await bench.run(['validate', 'bad.json', '--json']), 2, 'WORKFLOW_INVALID');
  });
});

describe('a model that cannot be called', () => {
  test.each([
    ['written in the file', callOf('openai/gpt-4o-mini'), []],
    [
      'given as an input',
      { ...(callOf('${model}') as object), inputs: { model: { type: 'string' } } },
      ['model=gpt-4o-mini'],
    ],
  ])('a missing key is found before anything runs: %s', async (_where, workflow, words) => {
    const bench = workbench();
    bench.write('ask.json', workflow);
    const { error, lines } = await expectRefusal(bench, ['ask.json', ...words], 'MODEL_KEY_MISSING');
    expect(error.message).toBe('model "openai/gpt-4o-mini" needs a key: OPENAI_API_KEY is not set');
    expect(lines.at(-1)).toBe(
      '  Set OPENAI_API_KEY, choose a model whose key you have with --model, or run on recorded answers with --answers LOG.',
    );
    expect(existsSync(bench.path('made'))).toBe(false);
  });

  test('a node without a model and without a default is found before anything runs', async () => {
    const bench = workbench();
    bench.write('ask.json', { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'Hello' } }] });
    const { error } = await expectRefusal(bench, ['ask.json'], 'MODEL_UNKNOWN');
    expect(error.message).toBe('node "ask" names no model and there is no default');
    expect(error.node_id).toBe('ask');
  });
});

test('validate prints warnings on stderr and in its JSON, and the workflow stays valid', async () => {
  const bench = workbench();
  const params = { url: 'http://localhost/', method: 'POST', body: '{"text": "${t}"}' };
  bench.write('post.json', { inputs: { t: {} }, nodes: [{ id: 'post', type: 'http', params }] });
  const text = await bench.run(['validate', 'post.json']);
  const line =
    'nodes[0].params.body: ${t} becomes part of a JSON text, which is broken as soon as its value has a quote or a ' +
    'newline; write "body": {"text":"${t}"}';
  expect(text).toMatchObject({ code: 0, stdout: 'valid  post, 1 node\n', stderr: `warning ${line}\n` });
  const json = await bench.run(['validate', 'post.json', '--json']);
  const [path = '', message, suggestion] = line.split(/: (?=\$)|; (?=write)/u);
  expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, warnings: [{ path, message, suggestion }] });
});
