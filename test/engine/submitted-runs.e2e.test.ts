// Invariant: what is submitted is what runs, once. What cannot be submitted or executed is reported.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTables } from '../../src/engine/tables.ts';
import { CALLS, Fleet, linesOf, pulled } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';

const database = new TestDatabase();

beforeAll(async () => {
  await database.start();
  await database.useTemplate(async (url) => (await openTables(url)).end());
});
afterAll(() => database.stop());

test('what cannot be submitted is named, and nothing is submitted', async () => {
  const fleet = new Fleet(database);
  const file = fleet.write('flow.json', CALLS);
  const submit = async (lines: string, ...flags: readonly string[]): Promise<unknown> => {
    fleet.write('lines.ndjson', lines);
    const { code, stdout, stderr } = await fleet.run('submit', file, '--each', 'lines.ndjson', ...flags);
    return [code, stdout, stderr.split('\n')[0]];
  };
  const good = '{"topic": "tea"}\n';
  expect(await submit(`${good}{"topic": \n`)).toEqual([
    ...[2, ''],
    expect.stringMatching(/^error INPUT_INVALID: lines\.ndjson, line 2 is not JSON: /u),
  ]);
  expect(await submit(`${good}\n["tea"]\n`)).toEqual([
    ...[2, ''],
    'error INPUT_INVALID: lines.ndjson, line 3: it is not an object with inputs',
  ]);
  expect(await submit(`${good}{"tea": 1}\n`)).toEqual([
    ...[2, ''],
    expect.stringContaining('lines.ndjson, line 2'),
  ]);
  expect(await submit(good, '--queue', 'fast')).toEqual([
    ...[2, ''],
    'error USAGE: no worker has ever served the queue "fast"',
  ]);
  expect((await fleet.run('runs', '--db')).stderr).toContain('the database has no run');
  const misspelt = await fleet.run('worker', '--drain', '--model-limit', 'openia=5/min');
  expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('openia')]);
});

test('the first line with an identity counts', async () => {
  const fleet = new Fleet(database);
  const nodes = [{ id: 'one', type: 'echo', params: { data: '${order} ${topic}' } }];
  fleet.write('flow.json', { inputs: { order: { type: 'number' }, topic: { type: 'string' } }, nodes });
  const lines = [
    { order: 1, topic: 'tea' },
    { topic: 'tea', order: 1 },
    { order: 1, topic: 'rain' },
    { order: 2, topic: 'tea' },
  ];
  fleet.write('lines.ndjson', lines.map((line) => JSON.stringify(line)).join('\n'));
  const submit = async (): Promise<readonly unknown[]> => {
    const { stdout, stderr } = await fleet.run(
      'submit',
      'flow.json',
      '--each',
      'lines.ndjson',
      '--id-from',
      'order',
    );
    expect(stderr).toBe(
      'note   lines.ndjson, line 3: an earlier line has the same order and other inputs, which count\n',
    );
    return linesOf(stdout).map((line) => line['new']);
  };
  expect(await submit()).toEqual([true, false, false, true]);
  expect(await submit()).toEqual([false, false, false, false]);
  expect((await fleet.drain()).size).toBe(2);
  const logs = (await pulled(fleet)).join('');
  expect(['1 tea', '1 rain', '2 tea'].map((text) => logs.includes(`"${text}"`))).toEqual([true, false, true]);
});

test('a run that a worker cannot execute is reported, and goes on once it can be', async () => {
  const fleet = new Fleet(database);
  const child = { nodes: [{ id: 'inner', type: 'echo', params: { data: 1 } }] };
  fleet.write('child.json', child);
  const parent = { nodes: [{ id: 'outer', type: 'workflow', params: { workflow: './child.json' } }] };
  const [run = ''] = await fleet.submit(parent, [{}]);
  const [other = ''] = await fleet.submit(child, [{}]);
  const shown = await fleet.run('show', run, '--db');
  expect([shown.code, shown.stderr.split('\n')[0]]).toEqual([
    1,
    'error LOG_EMPTY: no run in the database has an event yet (2 waiting)',
  ]);
  // Another version of pflow has submitted it.
  database.query(
    fleet.url,
    `UPDATE dbos.workflow_status SET application_version = 'pflow-1' WHERE workflow_uuid = '${other}'`,
  );
  const [next = ''] = await fleet.submit({ nodes: [{ id: 'next', type: 'echo', params: { data: 2 } }] }, [
    {},
  ]);
  fleet.write('child.json', { nodes: [{ id: 'changed', type: 'echo', params: { data: 1 } }] });
  const worker = fleet.start('--drain');
  expect(await worker.ended).toBe(0);
  expect(linesOf(worker.stdout())).toEqual([{ run: next, status: 'success' }]);
  const fault = `run ${run} could not be executed: the workflow in "outer" is not the one that was submitted`;
  expect(worker.stderr()).toContain(`error NODES_CHANGED: ${fault}\n`);
  const goOn = `${fault}; pflow resume ${run} --db lets it go on\n`;
  expect((await fleet.run('runs', '--db')).stderr).toBe(
    [
      'note   runs in the database: 1 broken, 1 waiting, 1 ended',
      `note   ${goOn.trim()}`,
      `note   run ${other} waits for a worker of the pflow that submitted it (pflow-1; this one is pflow-2)`,
      '',
    ].join('\n'),
  );
  const empty = await fleet.run('show', run, '--db');
  expect([empty.code, empty.stderr]).toEqual([1, `error LOG_EMPTY: run ${run} has no event yet\n  ${goOn}`]);
  fleet.write('child.json', child);
  expect((await fleet.run('resume', run, '--db')).code).toBe(0);
  expect(await fleet.drain()).toEqual(new Map([[run, 'success']]));
  const cancelled = await fleet.run('cancel', run);
  expect([cancelled.code, cancelled.stdout, cancelled.stderr]).toEqual([
    0,
    '',
    `note   run ${run} has ended\n`,
  ]);
});
