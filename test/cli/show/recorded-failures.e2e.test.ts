// `pflow show` of runs that failed in a batch, in a nested workflow, and without namespaces: it has what the command
// wrote and how to go on, as `pflow run` printed them.
import { expect, test } from 'vitest';
import { workbench } from '../../support/workbench.ts';

const COMMAND = 'echo made; echo broken >&2; exit 3';
const BUILD = { id: 'build', type: 'shell', params: { command: COMMAND } };
const HINT = 'What it wrote is above. If exit code 3 is no failure, "ok_exit_codes": [0, 3] accepts it.';

const CHILD = { id: 'child', type: 'workflow', params: { workflow: './child.json' } };
/** Reasons are cut to the screen. */
const WIDE = { env: { COLUMNS: '160' } };

const BATCH = { items: ['a', 'b'] };

const WORKFLOWS = {
  'a node': { nodes: [BUILD] },
  'a node of a nested workflow': { nodes: [CHILD] },
  'an item of a batch': { nodes: [{ ...BUILD, batch: BATCH }] },
  'a node inside of an item': { nodes: [{ ...CHILD, batch: BATCH }] },
  'a node without namespaces': { enable_namespacing: false, nodes: [BUILD] },
  'a nested node without namespaces': {
    nodes: [{ ...CHILD, params: { workflow: './flat.json' } }],
  },
};

test.each(Object.entries(WORKFLOWS))('of %s it has the output and the hint', async (_what, workflow) => {
  const bench = workbench();
  bench.write('child.json', { nodes: [BUILD] });
  bench.write('flat.json', { enable_namespacing: false, nodes: [BUILD] });
  bench.write('flow.json', workflow);
  const run = await bench.run(['run', 'flow.json', '--log', 'run.ndjson']);
  expect(run.stderr).toContain(HINT);
  const { stdout } = await bench.run(['show', 'run.ndjson']);
  expect(stdout).toContain('stderr\n  broken\nstdout\n  made\n');
  expect(stdout.split(HINT)).toHaveLength(2);
});

test('a log of level metrics has neither; the list names the item that failed, and at level trace how', async () => {
  const bench = workbench();
  bench.write('flow.json', { nodes: [{ ...BUILD, batch: BATCH }] });
  await bench.run(['run', 'flow.json', '--log', 'run.ndjson', '--log-level', 'metrics']);
  const [shown, listed] = await Promise.all(
    [
      ['show', 'run.ndjson', '--json'],
      ['runs', 'run.ndjson'],
    ].map((args) => bench.run(args)),
  );
  expect(`${shown?.stdout ?? ''}${listed?.stdout ?? ''}`).not.toMatch(/broken|made|ok_exit_codes/u);
  expect(listed?.stdout).toContain('item 0 of 2: left out at level metrics\n');
  await bench.run(['run', 'flow.json', '--log', 'trace.ndjson']);
  expect((await bench.run(['runs', 'trace.ndjson'], WIDE)).stdout).toContain(
    'item 0 of 2: exit code 3: broken\n',
  );
});
