// The planner with saved workflows and custom node types: what it saves, what it counts, which types it knows.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showSchema } from '../../../src/cli/workflow/saved-document.ts';
import { FIXTURES } from '../../support/fixture-runs.ts';
import { GOOD_ANSWERS, plannerRules, SENTENCE, type PlannerAnswers } from '../../support/planner-script.ts';
import type { TestProvider } from '../../support/provider/provider.ts';
import { testProvider, expectTextError, workbench, type Workbench } from '../../support/workbench.ts';

const REUSE: PlannerAnswers = { discovery: { reasoning: 'It fits.', found: true, workflow_name: 'notes' } };

async function benchWith(
  answers: PlannerAnswers = {},
): Promise<Workbench & { readonly provider: TestProvider }> {
  const rules = plannerRules({ ...GOOD_ANSWERS, ...answers });
  const provider = await testProvider({ rules: [...rules, { then: { do: 'answer', text: 'Short.' } }] });
  const bench = workbench(provider.env);
  bench.write('notes.txt', 'A note.\n');
  return { ...bench, provider };
}

async function known(bench: Workbench, name: string) {
  const { keywords, description, runs, last_run } = showSchema.parse(
    JSON.parse((await bench.run(['workflow', 'show', name, '--json'])).stdout),
  );
  return { keywords, description, runs, status: last_run?.status, run: last_run?.execution_id };
}

test('a planned workflow is saved with its description and keywords, and its run is counted', async () => {
  const bench = await benchWith();
  const run = await bench.run([SENTENCE, '--save', 'notes', '--output-format', 'json']);
  const { execution_id } = JSON.parse(run.stdout) as { readonly execution_id: string };
  const { metadata } = GOOD_ANSWERS as { readonly metadata: { description: string; keywords: string[] } };
  expect(await known(bench, 'notes')).toEqual({
    keywords: metadata.keywords,
    description: metadata.description,
    runs: 1,
    status: 'success',
    run: execution_id,
  });
  expect(expectTextError(await bench.run([SENTENCE, '--save', 'notes']), 2, 'WORKFLOW_EXISTS')[0]).toContain(
    '"notes"',
  );
});

test('a workflow that was only planned is saved and not counted', async () => {
  const bench = await benchWith();
  expect((await bench.run(['plan', SENTENCE, '--save', 'notes'])).code).toBe(0);
  expect((await known(bench, 'notes')).runs).toBe(0);
});

test('a saved workflow that a sentence finds is counted, and its description is in the prompt', async () => {
  const bench = await benchWith(REUSE);
  bench.write('flow.json', GOOD_ANSWERS.generator);
  await bench.run(['workflow', 'save', 'flow.json', '--name', 'notes', '--description', 'Sums up notes']);
  bench.write('.pflow/workflows/broken.json', '{');
  expect(await bench.run([SENTENCE])).toMatchObject({ code: 0, stdout: 'Short.\n' });
  expect(await known(bench, 'notes')).toMatchObject({ runs: 1, status: 'success' });
  expect(bench.provider.requests[0]?.parsed.system).toContain('"description":"Sums up notes"');
  expect(bench.provider.requests[0]?.parsed.system).not.toContain('broken');
});

test('a custom type is known to the planner at once, and needs confirmation when it declares no effect', async () => {
  const generator = {
    inputs: { file: { type: 'string', description: 'the text' } },
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
      { id: 'count', type: 'word-count', params: { text: '${read.content}' } },
    ],
    outputs: { words: { source: '${count.words}' } },
  };
  const file = { name: 'file', value: 'notes.txt' };
  const bench = await benchWith({
    browsing: { reasoning: 'Read and count.', types: ['read-file', 'word-count'] },
    parameters: { parameters: [file] },
    generator,
    mapping: { values: [file] },
  });
  const words = ['count the words of notes.txt', '--nodes', join(FIXTURES, 'nodes/text-nodes.js')];
  expect(expectTextError(await bench.run(words), 2, 'PLAN_UNCONFIRMED').join('\n')).toContain('word-count');
  expect(await bench.run([...words, '--yes'])).toMatchObject({ code: 0, stdout: '2\n' });
  const prompts = bench.provider.requests.map(({ parsed }) => parsed.system + parsed.prompt);
  expect(prompts[0]).toContain('- `word-count`: Counts the words of a text.');
  expect(prompts.find((prompt) => prompt.includes('Fewer words than that are a failure'))).toBeDefined();
});
