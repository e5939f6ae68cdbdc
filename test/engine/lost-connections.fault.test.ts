// Invariant: workers that lose their database, for a moment or for long, lose nothing else. No completed node runs twice.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTables } from '../../src/engine/tables.ts';
import { CALLS, Fleet, pulled, until } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';
import { testProvider } from '../support/workbench.ts';

// Each test starts several programs.
vi.setConfig({ testTimeout: 600_000 });

const database = new TestDatabase();

beforeAll(async () => {
  await database.start();
  await database.useTemplate(async (url) => (await openTables(url)).end());
});
afterAll(() => database.stop());

test('two workers take over the runs of a third, and the database crashes', async () => {
  const provider = await testProvider({
    rules: [{ when: 'three', then: { do: 'answer', after_ms: 2500 } }],
  });
  const fleet = new Fleet(database, provider.env);
  const topics = Array.from({ length: 8 }, (_, index) => ({ topic: `topic ${String(index)}` }));
  const runs = await fleet.submit(CALLS, topics);
  fleet.start('--queue', 'llm');
  const first = fleet.start('--queue', 'default');
  await provider.waitForRequest(4);
  await first.kill();
  const others = [0, 1].map(() => fleet.start('--queue', 'default', '--drain'));
  await until(() => others.every((worker) => worker.stderr().includes('serves')));
  await database.restart();
  expect(await Promise.all(others.map((worker) => worker.ended))).toEqual([0, 0]);
  expect(new Set(provider.requests.map(({ parsed }) => parsed.prompt)).size).toBe(24);
  const logs = await pulled(fleet);
  expect(logs).toHaveLength(runs.length);
  const spend = await fleet.run('spend', 'logs', '--json');
  // The answer of a call that came while the database was away may be lost: the call is made again, with a doubt.
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 24, exact: provider.requests.length === 24 });
});

test('workers whose connections are cut go on, and no completed node runs twice', async () => {
  let answer: () => void = () => undefined;
  const after = new Promise<void>((resolve) => (answer = resolve));
  const provider = await testProvider({
    rules: [{ when: 'two about', then: { do: 'answer', text: 'yes', after } }],
  });
  const fleet = new Fleet(database, provider.env);
  await fleet.submit(CALLS, [{ topic: 'tea' }, { topic: 'rain' }]);
  const calls = fleet.start('--queue', 'llm');
  const worker = fleet.start('--queue', 'default');
  // Two calls are in flight.
  await provider.waitForRequest(4);
  const cut = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
  expect(database.query(fleet.url, `${cut} AND datname = current_database()`).length).toBeGreaterThan(1);
  answer();
  await fleet.drain('--queue', 'default');
  expect([calls.child.exitCode, worker.child.exitCode]).toEqual([null, null]);
  // It may still execute what it began.
  await worker.kill('SIGTERM');
  await fleet.drain('--queue', 'default');
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  expect([...new Set(prompts)].sort()).toEqual(
    ['rain', 'tea'].flatMap((topic) => ['one', 'three', 'two'].map((id) => `${id} about ${topic}`)).sort(),
  );
  expect(prompts.filter((prompt) => prompt.startsWith('one'))).toHaveLength(2);
  expect(await pulled(fleet)).toHaveLength(2);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 6 });
});

test('a worker that hangs and wakes up after another one took over changes nothing', async () => {
  const provider = await testProvider({
    rules: [{ when: 'two about', times: 1, then: { do: 'answer', text: 'late', after_ms: 1500 } }],
  });
  const fleet = new Fleet(database, provider.env);
  const [run = ''] = await fleet.submit(CALLS, [{ topic: 'tea' }]);
  const hanging = fleet.start('--shared-calls', 'off');
  await provider.waitForRequest(2);
  hanging.child.kill('SIGSTOP');
  // The network between it and the database is cut.
  const others = 'pid <> pg_backend_pid() AND datname = current_database()';
  database.query(fleet.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
  expect(await fleet.drain('--shared-calls', 'off')).toEqual(new Map([[run, 'success']]));
  const before = await pulled(fleet);
  hanging.child.kill('SIGCONT');
  // It goes on to serve: it executes what is submitted now.
  const [next = ''] = await fleet.submit(CALLS, [{ topic: 'rain' }]);
  await until(() => hanging.stdout().includes(next));
  await hanging.kill('SIGTERM');
  expect(hanging.stdout()).not.toContain(run);
  expect(await pulled(fleet)).toEqual(expect.arrayContaining([...before]));
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 6, exact: false });
});
