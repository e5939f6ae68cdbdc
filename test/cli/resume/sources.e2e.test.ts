// Runs of workflows without a file are resumed from their log; every call counts once.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CliRun } from '../../support/cli.ts';
import { GOOD_ANSWERS, plannerRules, SENTENCE } from '../../support/planner-script.ts';
import { documentOf, testProvider, workbench, type Workbench } from '../../support/workbench.ts';

const REFUSAL = { when: 'Summarise in', times: 1, then: { do: 'status', status: 400 } } as const;
const FLOW = {
  inputs: { file: { type: 'string' } },
  nodes: [
    { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
    { id: 'first', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'About ${read.content}' } },
    { id: 'last', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Summarise in ${file}' } },
  ],
};

const inputOf = (bench: Workbench): string => {
  bench.write('flow.json', FLOW);
  return 'file=notes.txt';
};

/** How many calls there are in all logs. */
async function callsIn(bench: Workbench): Promise<number> {
  const { stdout } = await bench.run(['spend', 'runs', '--json']);
  return (JSON.parse(stdout) as { readonly calls: number }).calls;
}

const WAYS: Readonly<Record<string, (bench: Workbench) => Promise<CliRun>>> = {
  'a file': (bench) => bench.run(['run', 'flow.json', inputOf(bench), '--log', 'runs/', '--json']),
  'a pipe': (bench) =>
    bench.run(['run', '-', inputOf(bench), '--log', 'runs/', '--json'], { stdin: JSON.stringify(FLOW) }),
  'a saved workflow': async (bench) => {
    const input = inputOf(bench);
    expect((await bench.run(['workflow', 'save', 'flow.json', '--name', 'nightly'])).code).toBe(0);
    return bench.run(['nightly', input, '--log', 'runs/', '--json']);
  },
  'a sentence': (bench) => bench.run([SENTENCE, '--yes', '--log', 'runs/', '--json']),
};

test.each(Object.keys(WAYS))('a run of %s goes on from its log alone', async (way) => {
  const provider = await testProvider({
    rules: [...plannerRules(GOOD_ANSWERS), REFUSAL, { then: { do: 'answer', text: 'yes' } }],
  });
  const bench = workbench({ ...provider.env, PFLOW_HOME: 'home' });
  bench.write('notes.txt', 'notes');
  const failed = await WAYS[way]!(bench);
  expect([
    failed.code,
    documentOf(failed)
      .steps?.map(({ status }) => status)
      .at(-1),
  ]).toEqual([1, 'failed']);
  const before = provider.requests.length;
  const calls = await callsIn(bench);
  for (const gone of ['flow.json', 'notes.txt']) rmSync(bench.path(gone), { force: true });
  const resumed = await bench.run(['resume', documentOf(failed).log?.path ?? '', '--json']);
  expect([resumed.code, documentOf(resumed).result]).toEqual([0, expect.anything()]);
  expect(provider.requests.length).toBe(before + 1);
  expect(await callsIn(bench)).toBe(calls + 1);
});
