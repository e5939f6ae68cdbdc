// `pflow import` prints a workflow that runs, and old JSON runs as it is.
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { FIXTURES } from '../support/fixtures.ts';
import { expectTextError, workbench } from '../support/workbench.ts';

test('import prints a workflow that runs, and --strict counts what is lost', async () => {
  const bench = workbench();
  const imported = await bench.run(['import', join(FIXTURES, 'import/13-next-end.pflow.md'), '--strict']);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  const run = await bench.run(['run', '-'], { stdin: imported.stdout });
  expect(run).toMatchObject({ code: 0, stdout: 'rescued from 3\n' });
  const python = join(FIXTURES, 'import/29-python.pflow.md');
  expect(await bench.run(['import', python, '--strict', '--json'])).toMatchObject({ code: 1, stderr: '' });
  expect((await bench.run(['import', python])).stderr).toMatch(/^warning line \d+: step total is Python; /u);
});

test('old JSON is run and validated as it is, and Markdown names the way', async () => {
  const bench = workbench();
  bench.write('old.json', {
    ir_version: '1.2.3',
    inputs: { name: { type: 'str', default: 'Ada' } },
    nodes: [{ id: 'hi', type: 'shell', params: { command: 'echo hi ${name}', timeout: 5 } }],
    outputs: { text: { source: 'hi.stdout' } },
  });
  expect(await bench.run(['old.json'])).toMatchObject({ code: 0, stdout: 'hi Ada\n' });
  expect(await bench.run(['validate', 'old.json'])).toMatchObject({ code: 0, stderr: '' });
  bench.write('x.pflow.md', '# X\n');
  for (const command of ['run', 'validate']) {
    expect(expectTextError(await bench.run([command, 'x.pflow.md']), 2, 'WORKFLOW_INVALID')).toEqual([
      'error WORKFLOW_INVALID: x.pflow.md is Markdown; a workflow to run is JSON',
      '  Convert it first: pflow import x.pflow.md > x.json.',
    ]);
  }
  bench.write('json.md', { nodes: 5 });
  expect((await bench.run(['run', 'json.md'])).stderr).not.toContain('Markdown');
  const lines = expectTextError(await bench.run(['workflow', 'describe', 'x']), 2, 'USAGE');
  expect(lines).toContain('  It is pflow workflow show NAME.');
});
