// Shows what a failed command wrote, and the hint that `pflow run` printed: in batches, in nested workflows, and
// without namespaces.
import { expect, test } from 'vitest';
import { workbench } from '../../support/workbench.ts';

const COMMAND = 'echo made; echo broken >&2; exit 3';
const BUILD = { id: 'build', type: 'shell', params: { command: COMMAND } };
const HINT =
  'Its output names the reason. If exit code 3 is not a failure, "ok_exit_codes": [0, 3] accepts it.';

const CHILD = { id: 'child', type: 'workflow', params: { workflow: './child.json' } };
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

interface FailedRow {
  readonly error: { readonly message: string };
  readonly failed_items: unknown;
}

test.each([
  ['metrics', 'left out at level metrics'],
  ['trace', 'exit code 3: broken'],
])('a list of runs names the item that failed; at level %s its message is %j', async (level, message) => {
  const bench = workbench();
  bench.write('flow.json', { nodes: [{ ...BUILD, batch: BATCH }] });
  await bench.run(['run', 'flow.json', '--log', 'run.ndjson', '--log-level', level]);
  const [row] = JSON.parse((await bench.run(['runs', 'run.ndjson', '--json'])).stdout) as FailedRow[];
  expect(row?.failed_items).toEqual({ items: [0], count: 1, of: 2 });
  expect(row?.error.message).toBe(message);
  const { stdout } = await bench.run(['show', 'run.ndjson', '--json']);
  const words = stdout.match(/broken|made|ok_exit_codes/gu);
  expect([...new Set(words)].sort()).toEqual(level === 'metrics' ? [] : ['broken', 'made', 'ok_exit_codes']);
});
