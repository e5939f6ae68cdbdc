// Invariant: one run, one file, one writer. Runs at the same time never share a file, and what somebody else writes
// into a log is found.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectJsonError, workbench, type Workbench } from '../support/workbench.ts';

function benchWith(command: string): Workbench {
  const bench = workbench();
  bench.write('flow.json', { nodes: [{ id: 'do', type: 'shell', params: { command } }] });
  return bench;
}

test('several runs at once into one folder have a whole log each', async () => {
  const bench = benchWith('echo done');
  const runs = await Promise.all(
    [1, 2, 3, 4, 5].map(() => bench.run(['run', 'flow.json', '--log', 'new/logs/'])),
  );
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(readdirSync(bench.path('new/logs'))).toHaveLength(5);
  const { code, stdout } = await bench.run(['verify', '--complete', 'new/logs']);
  expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    last: expect.stringMatching(/^5 logs, 5 runs, \d+ events: all ok$/u) as string,
  });
});

test('of several runs at once on one file one has it, and the others do not begin', async () => {
  const bench = benchWith('echo ran >> ran');
  const args = ['run', 'flow.json', '--log', 'run.ndjson', '--output-format', 'json'];
  const runs = await Promise.all([1, 2, 3, 4].map(() => bench.run(args)));
  const refused = runs.filter(({ code }) => code !== 0);
  expect(refused).toHaveLength(3);
  for (const run of refused) expectJsonError(run, 2, 'LOG_EXISTS');
  expect(readFileSync(bench.path('ran'), 'utf8')).toBe('ran\n');
  expect((await bench.run(['verify', '--complete', 'run.ndjson'])).code).toBe(0);
});

test('a link to nowhere is no way to a file', async () => {
  const bench = benchWith('ln -s target.ndjson link.ndjson');
  await bench.run(['run', 'flow.json']);
  const run = await bench.run(['run', 'flow.json', '--log', 'link.ndjson', '--output-format', 'json']);
  expectJsonError(run, 2, 'LOG_EXISTS');
  expect(existsSync(bench.path('target.ndjson'))).toBe(false);
});

test('what somebody else writes into a log is named, and costs no other line', async () => {
  const bench = benchWith('echo nonsense >> run.ndjson; head -1 run.ndjson >> run.ndjson');
  expect((await bench.run(['run', 'flow.json', '--log', 'run.ndjson'])).code).toBe(0);
  const { code, stdout } = await bench.run(['verify', 'run.ndjson', '--json']);
  const [log] = (JSON.parse(stdout) as { logs: { findings: { code: string }[]; runs: object[] }[] }).logs;
  expect(code).toBe(1);
  expect(log?.findings.map((finding) => finding.code)).toEqual(['not-json', 'seq-repeated']);
  expect(log?.runs).toMatchObject([{ status: 'success' }]);
});

test('a log that is moved while the run goes on is whole where it lies then', async () => {
  const bench = benchWith('mv run.ndjson moved.ndjson');
  expect((await bench.run(['run', 'flow.json', '--log', 'run.ndjson'])).code).toBe(0);
  expect((await bench.run(['verify', '--complete', 'moved.ndjson'])).code).toBe(0);
});
