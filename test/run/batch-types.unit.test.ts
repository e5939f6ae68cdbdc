// Every node type can have a batch, one item after another and in parallel.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelClient } from '../../src/models/model.ts';
import { NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { reply, startLoopback, type Loopback } from '../support/loopback.ts';

let folder = '';
let service: Loopback;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-batch-types-'));
  service = await startLoopback();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  service.stop();
});

const CHILD = {
  inputs: { x: {} },
  nodes: [{ id: 'give', type: 'echo', params: { data: '${x}' } }],
  outputs: { got: { source: '${give.data}' } },
};

interface Case {
  readonly type: string;
  readonly params: object;
  /** The key whose values over the items are compared. */
  readonly key: string;
  readonly values: readonly unknown[];
}

/** Each finds the files that it needs. The items are `a` and `b`. */
const CASES: readonly Case[] = [
  { type: 'llm', params: { model: 'openai/m', prompt: '${item}' }, key: 'response', values: ['A', 'B'] },
  { type: 'shell', params: { command: 'echo ${item}' }, key: 'stdout', values: ['a', 'b'] },
  { type: 'http', params: { url: '${origin}/${item}' }, key: 'status_code', values: [200, 200] },
  {
    type: 'write-file',
    params: { file_path: '${item}.txt', content: '${__index__}' },
    key: 'file_path',
    values: ['a.txt', 'b.txt'],
  },
  { type: 'read-file', params: { file_path: '${item}.txt' }, key: 'content', values: ['0', '1'] },
  {
    type: 'copy-file',
    params: { source_path: '${item}.txt', dest_path: '${item}.copy' },
    key: 'dest_path',
    values: ['a.copy', 'b.copy'],
  },
  {
    type: 'move-file',
    params: { source_path: '${item}.copy', dest_path: '${item}.moved' },
    key: 'dest_path',
    values: ['a.moved', 'b.moved'],
  },
  {
    type: 'delete-file',
    params: { file_path: '${item}.moved', confirm_delete: true },
    key: 'deleted',
    values: [true, true],
  },
  {
    type: 'code',
    params: { code: 'return inputs.x + inputs.x', inputs: { x: '${item}' } },
    key: 'result',
    values: ['aa', 'bb'],
  },
  { type: 'echo', params: { message: '${item}' }, key: 'echo', values: ['a', 'b'] },
  {
    type: 'switch',
    params: { value: '${item}', cases: { a: 'first' }, default: 'other' },
    key: 'action',
    values: ['first', 'other'],
  },
  { type: 'workflow', params: { ir: CHILD, inputs: { x: '${item}' } }, key: 'got', values: ['a', 'b'] },
];

const models: ModelClient = {
  answer: ({ model, prompt }) =>
    Promise.resolve({
      ...{ text: prompt.toUpperCase(), provider: 'openai', model, finish_reason: 'stop' as const },
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    }),
};

test.each([false, true])('a batch of each type, parallel: %s', async (parallel) => {
  expect(CASES.map(({ type }) => type).sort()).toEqual([...NODE_TYPE_NAMES].sort());
  const cwd = mkdtempSync(join(folder, 'run-'));
  const path = join(cwd, 'all.json');
  const nodes = CASES.map(({ type, params }) => ({
    ...{ id: type, type, params },
    batch: { items: ['a', 'b'], parallel },
  }));
  const outputs = Object.fromEntries(CASES.map(({ type }) => [type, { source: `\${${type}.results}` }]));
  writeFileSync(path, JSON.stringify({ inputs: { origin: {} }, nodes, outputs }));
  service.play([reply(200), reply(200)]);
  const inputs = { origin: service.origin };
  const { error, output } = await runFile(path, { cwd, env: cleanEnvironment(cwd), models, inputs });
  expect(error).toBeUndefined();
  const results = output?.result as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  const seen = CASES.map(({ type, key }) => [type, results[type]?.map((one) => [one['item'], one[key]])]);
  expect(seen).toEqual(
    CASES.map(({ type, values }) => [
      type,
      [
        ['a', values[0]],
        ['b', values[1]],
      ],
    ]),
  );
});
