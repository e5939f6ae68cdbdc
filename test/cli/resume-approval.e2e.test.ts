// Tests that a paused run goes on with an approval: a node that waits has done nothing that could be done twice.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentOf, workbench } from '../support/workbench.ts';

test.each([
  ['approve', 0, true],
  ['deny', 1, false],
])('pflow resume --%s decides about a command that waits', async (decision, exit, isWritten) => {
  const bench = workbench();
  const command = 'echo sent > sent.txt';
  bench.write('flow.json', {
    nodes: [{ id: 'send', type: 'shell', approval: 'required', params: { command } }],
  });
  const paused = await bench.run(['run', 'flow.json', '--log', 'runs/', '--json']);
  expect([paused.code, documentOf(paused).status]).toEqual([5, 'paused']);
  const resumed = await bench.run(['resume', documentOf(paused).log?.path ?? '', `--${decision}`, 'send']);
  expect([resumed.code, existsSync(bench.path('sent.txt'))]).toEqual([exit, isWritten]);
});
