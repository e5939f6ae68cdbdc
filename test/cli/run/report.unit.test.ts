// `pflow run` reports on stderr why the cost of a run is not exact.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { executeFile } from '../../../src/cli/run/run-file.ts';
import type { RunOptions } from '../../../src/cli/run/run-options.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { testProvider } from '../../support/workbench.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-report-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Runs one call, whose answer has the usage. */
async function run(usage: object, options: Partial<RunOptions> = {}): Promise<{ out: string; err: string }> {
  const content = [{ type: 'output_text', text: 'Yes.', annotations: [] }];
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
  const facts = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-4o-mini',
  };
  const body = { ...facts, output: [message], usage };
  const provider = await testProvider({ rules: [{ then: { do: 'body', body } }] });
  for (const [name, value] of Object.entries({ ...provider.env, HOME: folder, PFLOW_HOME: folder }))
    vi.stubEnv(name, value);
  const params = { model: 'openai/gpt-4o-mini', prompt: 'Is it?' };
  const file = join(folder, 'flow.json');
  writeFileSync(file, JSON.stringify({ nodes: [{ id: 'ask', type: 'llm', params }] }));
  const terminal = recordingTerminal();
  const flags = {
    outputFormat: 'text',
    onMiss: 'error',
    nodes: [],
    log: join(folder, 'run.ndjson'),
  } as const;
  expect(await executeFile(file, [], { ...flags, ...options }, terminal)).toBe(0);
  return terminal.printed;
}

const warningsIn = (err: string): string[] => err.split('\n').filter((line) => line.startsWith('warning'));
const details = {
  input_tokens_details: { cached_tokens: 0 },
  output_tokens_details: { reasoning_tokens: 0 },
};
const USAGE = { input_tokens: 10, output_tokens: 5, total_tokens: 15, ...details };

test('a usage that is read whole raises no warning', async () => {
  const { out, err } = await run(USAGE);
  expect([out, warningsIn(err)]).toEqual(['Yes.\n', []]);
});

test('a count that is not read is named with its model', async () => {
  const { err } = await run({ ...USAGE, magic_tokens: 7 });
  expect(warningsIn(err)).toEqual([
    'warning USAGE_UNREAD: the cost of 1 call of openai/gpt-4o-mini is not exact: magic_tokens is not read',
  ]);
});

test('the document has the doubt, too', async () => {
  const { out } = await run({ ...USAGE, total_tokens: 25 }, { outputFormat: 'json' });
  expect(JSON.parse(out)).toMatchObject({
    exact: false,
    doubts: [{ code: 'TOTAL_MISMATCH', calls: 1, models: ['openai/gpt-4o-mini'] }],
    steps: [{ node_id: 'ask', exact: false }],
  });
});

test('-p leaves the line out', async () => {
  const { err } = await run({ ...USAGE, magic_tokens: 7 }, { print: true });
  expect(warningsIn(err)).toEqual([]);
});
