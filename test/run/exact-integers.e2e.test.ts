// Law: an integer of any length keeps its digits on every way through a run: inputs, literals, templates, node types,
// files, HTTP, the result, the log and recorded answers.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFile, type RunFileOptions } from '../../src/run/run-workflow-file.ts';
import { exactJsonText, parseExactJson } from '../../src/values/exact-json.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { documentOf, testProvider, workbench, type Workbench } from '../support/workbench.ts';

const BIG = '9007199254740993';

/** Sends every body back. */
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  if (request.url === '/huge') response.end('{"v": 1e400}');
  else request.pipe(response);
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs the workflow and returns its result as JSON text. The text of the workflow may hold any JSON. */
async function resultOf(bench: Workbench, workflow: string, options: RunFileOptions = {}): Promise<string> {
  bench.write('flow.json', workflow);
  const { folder } = bench;
  const outcome = await runFile(bench.path('flow.json'), {
    cwd: folder,
    ...options,
    env: { ...cleanEnvironment(folder), ...options.env },
  });
  if (outcome.error !== undefined) throw outcome.error;
  return exactJsonText(outcome.output?.result) ?? '';
}

/** A workflow that passes `x` through these nodes and gives `source` as its result. */
function passing(nodes: readonly unknown[], source: string): string {
  return JSON.stringify({ inputs: { x: {} }, nodes, outputs: { o: { source } } });
}

const WAYS: readonly (readonly [string, (at: string) => readonly unknown[], string])[] = [
  ['an echo', () => [{ id: 'a', type: 'echo', params: { data: { in: ['${x}'] } } }], '${a.data.in[0]}'],
  [
    'the inputs and the result of code',
    () => [{ id: 'a', type: 'code', params: { code: 'return { v: [inputs.x] }', inputs: { x: '${x}' } } }],
    '${a.result.v[0]}',
  ],
  [
    'the items of a batch',
    () => [{ id: 'a', type: 'echo', batch: { items: ['${x}'] }, params: { data: '${item}' } }],
    '${a.results[0].data}',
  ],
  [
    'the filter json',
    () => [{ id: 'a', type: 'echo', params: { message: '[${x}]', data: '${x}' } }],
    '${a.data | json}',
  ],
  [
    'the stdin of a command and a path into its stdout',
    () => [{ id: 'a', type: 'shell', params: { command: 'cat', stdin: { v: '${x}' } } }],
    '${a.stdout.v}',
  ],
  [
    'the text of a template and a path into it',
    () => [{ id: 'a', type: 'echo', params: { message: '{"v": ${x}}' } }],
    '${a.echo.v}',
  ],
  [
    'a file',
    () => [
      { id: 'w', type: 'write-file', params: { file_path: 'x.json', content: { v: '${x}' } } },
      { id: 'a', type: 'read-file', params: { file_path: 'x.json' } },
    ],
    '${a.content.v}',
  ],
  [
    'a request and its answer',
    (at) => [{ id: 'a', type: 'http', params: { url: at, body: { v: '${x}' } } }],
    '${a.response.v}',
  ],
];

describe('an integer of any length', () => {
  test.each(WAYS)('keeps its digits through %s', async (_way, nodes, source) => {
    const bench = workbench();
    const workflow = passing(nodes(origin), source);
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String), async (digits) => {
        expect(await resultOf(bench, workflow, { inputs: { x: digits } })).toBe(`{"o":${digits}}`);
      }),
      { numRuns: 10, examples: [[BIG], [`-${BIG}`], ['1458059302022549698']] },
    );
  });

  test('keeps its digits from the text of a workflow file: params, defaults and literals of templates', async () => {
    const workflow = `{"inputs": {"d": {"type": "integer", "default": ${BIG}}, "none": {"required": false}},
      "nodes": [{"id": "a", "type": "echo", "params": {"data": [${BIG}, "\${d}", "\${none ?? ${BIG}}"]}}],
      "outputs": {"o": {"source": "\${a.data}"}}}`;
    expect(await resultOf(workbench(), workflow)).toBe(`{"o":[${BIG},${BIG},${BIG}]}`);
  });

  test.each(['number', 'integer'])('is a %s from key=value, stdin and the environment', async (type) => {
    const workflow = JSON.stringify({
      inputs: { a: { type }, b: { type, stdin: true }, c: { type } },
      nodes: [{ id: 'n', type: 'echo', params: { data: ['${a}', '${b}', '${c}'] } }],
      outputs: { o: { source: '${n.data}' } },
    });
    const sources = { inputs: { a: BIG }, stdin: `${BIG}\n`, env: { c: BIG } };
    expect(await resultOf(workbench(), workflow, sources)).toBe(`{"o":[${BIG},${BIG},${BIG}]}`);
  });

  test('is accepted in headers, query parameters and variables of a command', async () => {
    const workflow = passing(
      [
        { id: 'h', type: 'http', params: { url: origin, headers: { id: '${x}' }, params: { id: ['${x}'] } } },
        { id: 'a', type: 'shell', params: { command: 'printf %s "$ID"', env: { ID: '${x}' } } },
      ],
      '${a.stdout}',
    );
    expect(await resultOf(workbench(), workflow, { inputs: { x: BIG } })).toBe(`{"o":"${BIG}"}`);
  });

  test('in a structured answer keeps its digits, also when the answer is replayed', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'answer', text: `{"id": ${BIG}}` } }] });
    const bench = workbench(provider.env);
    const output_schema = {
      type: 'object',
      properties: { id: { type: 'integer', maximum: 9223372036854775807n } },
      required: ['id'],
    };
    const workflow = exactJsonText({
      nodes: [{ id: 'a', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'x', output_schema } }],
      outputs: { o: { source: '${a.response.id}' } },
    });
    const log = bench.path('run.ndjson');
    const live = await resultOf(bench, workflow ?? '', { env: provider.env, log });
    expect(live).toBe(`{"o":${BIG}}`);
    expect(await resultOf(bench, workflow ?? '', { answers: log })).toBe(live);
  });

  test('is printed with its digits by the command line, as text and in the JSON document, and logged', async () => {
    const bench = workbench();
    bench.write('flow.json', passing([{ id: 'a', type: 'echo', params: { data: ['${x}'] } }], '${a.data}'));
    const plain = await bench.run(['flow.json', `x=${BIG}`, '-p', '--log', 'run.ndjson']);
    expect(plain).toMatchObject({ code: 0, stdout: `[${BIG}]` });
    const json = await bench.run(['flow.json', `x={"n":${BIG}}`, '--output-format', 'json']);
    expect(json.stdout).toContain(`"n": ${BIG}`);
    expect(documentOf(json).is_error).toBe(false);
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).toContain(`["${BIG}"]`);
    const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'store']);
    expect(replayed.stdout).toContain(`"${BIG}"`);
  });

  test('in a saved workflow keeps its digits', async () => {
    const bench = workbench();
    bench.write('flow.json', `{"nodes": [{"id": "a", "type": "echo", "params": {"data": ${BIG}}}]}`);
    expect((await bench.run(['workflow', 'save', 'flow.json', '--name', 'big'])).code).toBe(0);
    const shown = await bench.run(['workflow', 'show', 'big', '--json']);
    const { workflow } = parseExactJson(shown.stdout) as { workflow: { nodes: [{ params: unknown }] } };
    expect(workflow.nodes[0].params).toEqual({ data: BigInt(BIG) });
  });
});

describe('a number that cannot be kept, such as 1e400, is refused', () => {
  const echo = passing([{ id: 'a', type: 'echo', params: { data: '${x.v}' } }], '${a.data}');

  test.each([
    ['an input', { x: {} }],
    ['an input of type object', { x: { type: 'object' } }],
  ])('in %s', async (_where, inputs) => {
    const workflow = JSON.stringify({ ...(JSON.parse(echo) as object), inputs });
    await expect(resultOf(workbench(), workflow, { inputs: { x: '{"v": 1e400}' } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'input "x": the number 1e400 is too large to be kept exactly',
    });
  });

  test('in a text that a path leads into', async () => {
    const workflow = echo.replace('{"x":{}}', '{"x":{"type":"string"}}');
    await expect(resultOf(workbench(), workflow, { inputs: { x: '{"v": 1e400}' } })).rejects.toMatchObject({
      code: 'TEMPLATE_UNRESOLVED',
      message: expect.stringContaining('${x.v} cannot be read: the number 1e400 is too large') as string,
    });
  });

  test('in a workflow file, with its place', async () => {
    const workflow = '{"nodes": [{"id": "a", "type": "echo", "params": {"data": 1e400}}]}';
    await expect(resultOf(workbench(), workflow)).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
      message: expect.stringContaining('is too large to be kept exactly (line 1, column 59)') as string,
    });
  });

  test('in the answer to a request', async () => {
    const workflow = passing(
      [{ id: 'a', type: 'http', params: { url: `${origin}/huge`, headers: { x: '${x}' } } }],
      '${a.response}',
    );
    await expect(resultOf(workbench(), workflow, { inputs: { x: '1' } })).rejects.toMatchObject({
      code: 'NODE_FAILED',
      message: expect.stringContaining('the number 1e400 is too large') as string,
    });
  });
});
