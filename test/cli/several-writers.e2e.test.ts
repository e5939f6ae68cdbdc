// Invariant: one run, one file, one writer. Concurrent runs never share a file, and lines that another process
// writes into a log are found.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectJsonError, workbench, type Workbench } from '../support/workbench.ts';

function benchWith(command: string): Workbench {
  const bench = workbench();
  bench.write('flow.json', { nodes: [{ id: 'do', type: 'shell', params: { command } }] });
  return bench;
}

test('concurrent runs with the same log folder each write a complete log', async () => {
  const bench = benchWith('echo done');
  const runs = await Promise.all(
    [1, 2, 3, 4, 5].map(() => bench.run(['run', 'flow.json', '--log', 'new/logs/'], { ownProcess: true })),
  );
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(readdirSync(bench.path('new/logs'))).toHaveLength(5);
  const { code, stdout } = await bench.run(['verify', '--complete', 'new/logs']);
  expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    last: expect.stringMatching(/^5 logs, 5 runs, \d+ events: all ok$/u) as string,
  });
});

test('of concurrent runs with the same log file one runs, and the others do not start', async () => {
  const bench = benchWith('echo ran >> ran');
  const args = ['run', 'flow.json', '--log', 'run.ndjson', '--output-format', 'json'];
  const runs = await Promise.all([1, 2, 3, 4].map(() => bench.run(args, { ownProcess: true })));
  const refused = runs.filter(({ code }) => code !== 0);
  expect(refused).toHaveLength(3);
  for (const run of refused) expectJsonError(run, 2, 'LOG_EXISTS');
  expect(readFileSync(bench.path('ran'), 'utf8')).toBe('ran\n');
  expect((await bench.run(['verify', '--complete', 'run.ndjson'])).code).toBe(0);
});

test('a log at a dangling link is refused', async () => {
  const bench = benchWith('ln -s target.ndjson link.ndjson');
  await bench.run(['run', 'flow.json']);
  const run = await bench.run(['run', 'flow.json', '--log', 'link.ndjson', '--output-format', 'json']);
  expectJsonError(run, 2, 'LOG_EXISTS');
  expect(existsSync(bench.path('target.ndjson'))).toBe(false);
});

test('lines that another process writes into a log are reported, and no other line is lost', async () => {
  const bench = benchWith('echo nonsense >> run.ndjson; head -1 run.ndjson >> run.ndjson');
  expect((await bench.run(['run', 'flow.json', '--log', 'run.ndjson'])).code).toBe(0);
  const { code, stdout } = await bench.run(['verify', 'run.ndjson', '--json']);
  const [log] = (JSON.parse(stdout) as { logs: { findings: { code: string }[]; runs: object[] }[] }).logs;
  expect(code).toBe(1);
  expect(log?.findings.map((finding) => finding.code)).toEqual(['not-json', 'seq-repeated']);
  expect(log?.runs).toMatchObject([{ status: 'success' }]);
});

test('a log that is moved during the run is complete at its new place', async () => {
  const bench = benchWith('mv run.ndjson moved.ndjson');
  expect((await bench.run(['run', 'flow.json', '--log', 'run.ndjson'])).code).toBe(0);
  expect((await bench.run(['verify', '--complete', 'moved.ndjson'])).code).toBe(0);
});
