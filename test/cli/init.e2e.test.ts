// `pflow init` writes workflows that are valid, and never replaces a file.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXAMPLES } from '../../src/cli/init/examples.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { findWarnings, validateWorkflow } from '../../src/workflow/validate.ts';
import { expectTextError, workbench } from '../support/workbench.ts';

test.each(Object.entries(EXAMPLES))(
  'the example %s is valid, without a warning',
  async (_name, { workflow }) => {
    const registry = await loadNodeTypes(NODE_TYPE_NAMES);
    expect(validateWorkflow(workflow, { registry })).toEqual([]);
    expect(findWarnings(workflow as never, { registry })).toEqual([]);
  },
);

test('init prints the line that runs the workflow, and that line runs it', async () => {
  const bench = workbench();
  const written = await bench.run(['init', 'first']);
  expect(written).toMatchObject({
    code: 0,
    stdout: 'pflow run first.json name=Ada\n',
    stderr: 'file   first.json\n',
  });
  const run = await bench.run(written.stdout.trim().split(' ').slice(1));
  expect(run).toMatchObject({ code: 0, stdout: '{\n  "greeting": "Hello, Ada!",\n  "letters": "11"\n}\n' });
  const before = readFileSync(bench.path('first.json'), 'utf8');
  expectTextError(await bench.run(['init', 'first.json', '--from', 'fetch']), 2, 'USAGE');
  expect(readFileSync(bench.path('first.json'), 'utf8')).toBe(before);
});
