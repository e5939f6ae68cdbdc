// Invariant: workers that lose their database, for a moment or for long, lose nothing else. No completed node runs
// twice.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openClient } from '../../src/engine/client.ts';
import { openLastingPool } from '../../src/engine/connections.ts';
import { ExecutorLock } from '../../src/engine/executor-lock.ts';
import { openTables } from '../../src/engine/tables.ts';
import { takeOver } from '../../src/engine/take-over.ts';
import { CALLS, Fleet, linesOf, MODEL, pulled, until } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';
import { testProvider } from '../support/workbench.ts';

// Each test starts several programs.
vi.setConfig({ testTimeout: 600_000 });

const database = new TestDatabase();

const LOCKS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const PROMPTS = ['rain', 'tea']
  .flatMap((topic) => ['one', 'three', 'two'].map((id) => `${id} about ${topic}`))
  .sort();

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
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  expect([prompts.length, new Set(prompts).size]).toEqual([24, 24]);
  const logs = await pulled(fleet);
  expect(logs).toHaveLength(runs.length);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 24, exact: true });
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
  expect(prompts.sort()).toEqual(PROMPTS);
  expect(await pulled(fleet)).toHaveLength(2);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 6, exact: true });
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

test.each(['port', 'socket'] as const)(
  'answers that come while the database is away are paid once: by its %s',
  async (by) => {
    let answer: () => void = () => undefined;
    const after = new Promise<void>((resolve) => (answer = resolve));
    const provider = await testProvider({
      rules: [{ when: 'two about', then: { do: 'answer', text: 'yes', after } }],
    });
    const fleet = new Fleet(database, provider.env, { by });
    // A crash would undo claims of calls.
    database.query('postgres', `ALTER DATABASE ${fleet.database} SET synchronous_commit = off`);
    const runs = await fleet.submit(CALLS, [{ topic: 'tea' }, { topic: 'rain' }]);
    const calls = [0, 1].map(() => fleet.start('--queue', 'llm'));
    const worker = fleet.start('--queue', 'default', '--drain');
    await provider.waitForRequest(4);
    await database.crash();
    answer();
    await Promise.all(provider.requests.map(({ closed }) => closed));
    await database.startAgain();
    expect(await worker.ended).toBe(0);
    expect(calls.map(({ child }) => child.exitCode)).toEqual([null, null]);
    expect(provider.requests.map(({ parsed }) => parsed.prompt).sort()).toEqual(PROMPTS);
    expect(await pulled(fleet)).toHaveLength(runs.length);
    const spend = await fleet.run('spend', 'logs', '--json');
    expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 6, exact: true });
  },
);

test('a call whose worker may come back is not made again; one whose worker is dead is, with a doubt', async () => {
  const provider = await testProvider({ rules: [{ when: 'two about', times: 1, then: { do: 'hang' } }] });
  const fleet = new Fleet(database, provider.env);
  await fleet.submit(CALLS, [{ topic: 'tea' }]);
  const calls = fleet.start('--queue', 'llm');
  const worker = fleet.start('--queue', 'default', '--drain');
  await provider.waitForRequest(2);
  await calls.kill();
  const pool = await openTables(fleet.url);
  const client = await openClient(fleet.url, pool);
  const executor = 'test';
  const takeOverBy = (lock: ExecutorLock): ReturnType<typeof takeOver> =>
    takeOver({ pool, client, lock, executor, active: new Set() });
  const lock = new ExecutorLock(fleet.url, executor, { reconnectingMs: 2 ** 31, startingMs: 0 });
  await lock.held();
  await until(() => database.query(fleet.url, LOCKS).length === 2);
  expect(await takeOverBy(lock)).toEqual({ taken: [], isUndecided: true });
  expect(await takeOverBy(lock)).toEqual({ taken: [], isUndecided: true });
  await lock.release();
  await client.destroy();
  await pool.end();
  fleet.start('--queue', 'llm');
  expect(await worker.ended).toBe(0);
  expect(provider.requests.map(({ parsed }) => parsed.prompt)).toEqual(
    ['one', 'two', 'two', 'three'].map((id) => `${id} about tea`),
  );
  expect(await pulled(fleet)).toHaveLength(1);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 3, exact: false });
});

test('answers of parallel items stay with their items when these reach a node in another order', async () => {
  let answer: () => void = () => undefined;
  const after = new Promise<void>((resolve) => (answer = resolve));
  const provider = await testProvider({
    rules: [
      { when: 'inner a', then: { do: 'answer', text: 'to a', after } },
      { when: 'inner b', then: { do: 'answer', text: 'to b' } },
    ],
  });
  const fleet = new Fleet(database, provider.env);
  const call = (id: string, prompt: string): object => ({
    id,
    type: 'llm',
    params: { model: MODEL, prompt },
  });
  const command = 'while [ ! -e go-${topic} ]; do sleep 0.05; done';
  const nodes = [
    { id: 'wait', type: 'shell', params: { command } },
    { ...call('each', 'inner ${topic} ${item}'), batch: { items: ['x'] } },
    call('last', 'last ${topic}'),
  ];
  const edges = [
    { from: 'wait', to: 'each' },
    { from: 'each', to: 'last' },
  ];
  fleet.write('child.json', { inputs: { topic: { type: 'string' } }, nodes, edges });
  const params = { workflow: './child.json', inputs: { topic: '${item}' } };
  const outer = { id: 'outer', type: 'workflow', batch: { items: ['a', 'b'], parallel: true }, params };
  await fleet.submit({ nodes: [outer] }, [{}], '--rerun-all');
  fleet.start('--queue', 'llm');
  const worker = fleet.start('--queue', 'default');
  fleet.write('go-b', '');
  await provider.waitForRequest(2);
  fleet.write('go-a', '');
  await provider.waitForRequest(3);
  await worker.kill();
  answer();
  rmSync(join(fleet.folder, 'go-b'));
  const next = fleet.start('--queue', 'default', '--drain');
  // Item b was the first at the node, and is the last one now.
  await provider.waitForRequest(4);
  fleet.write('go-b', '');
  expect(await next.ended).toBe(0);
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  expect(prompts).toEqual(['inner b x', 'last b', 'inner a x', 'last a']);
  const [log = ''] = await pulled(fleet);
  const texts = new Map<unknown, string[]>();
  for (const { type, data } of linesOf(log)) {
    const { call, prompt, response } = data as { call?: number; prompt?: string; response?: string };
    if (type === 'llm.prompted') texts.set(call, [prompt ?? '']);
    if (type === 'llm.answered') texts.get(call)?.push(response ?? '');
  }
  const pairs = [...texts.values()].filter(([prompt = '']) => prompt.startsWith('inner'));
  expect(pairs.sort()).toEqual([
    ['inner a x', 'to a'],
    ['inner b x', 'to b'],
  ]);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 4, exact: true });
});

test.each([
  ['succeeds', { do: 'answer' }, 'success'],
  ['fails', { do: 'status', status: 400 }, 'failed'],
] as const)(
  'a call inside of a batch that was in flight without a queue, and then %s, has a doubt',
  async (_how, then, status) => {
    const when = 'three about';
    const provider = await testProvider({
      rules: [
        { when, times: 1, then: { do: 'hang' } },
        { when, times: 1, then },
      ],
    });
    const fleet = new Fleet(database, provider.env);
    fleet.write('child.json', CALLS);
    const params = { workflow: './child.json', inputs: { topic: '${item}' } };
    const outer = { id: 'outer', type: 'workflow', batch: { items: ['tea'] }, params };
    const [run = ''] = await fleet.submit({ nodes: [outer] }, [{}]);
    const worker = fleet.start('--shared-calls', 'off');
    await provider.waitForRequest(3);
    await worker.kill();
    expect(await fleet.drain('--shared-calls', 'off')).toEqual(new Map([[run, status]]));
    expect(provider.requests).toHaveLength(6);
    const [log = ''] = await pulled(fleet);
    expect(log.includes('"unmetered":true')).toBe(status === 'failed');
    const spend = await fleet.run('spend', 'logs', '--json');
    const { doubts } = JSON.parse(spend.stdout) as { doubts: readonly { calls: number }[] };
    expect(doubts.map(({ calls }) => calls)).toEqual([status === 'failed' ? 2 : 3]);
  },
);

test('settings of the database neither lose what workers commit nor end what they do', async () => {
  const url = database.create();
  const name = new URL(url).pathname.slice(1);
  for (const setting of ['synchronous_commit = off', "statement_timeout = '1min'", "lock_timeout = '1min'"])
    database.query('postgres', `ALTER DATABASE ${name} SET ${setting}`);
  const pool = await openLastingPool(url, { max: 1, keepsTrying: () => false });
  const shown = [];
  for (const setting of ['synchronous_commit', 'statement_timeout', 'lock_timeout'])
    shown.push(Object.values((await pool.query<Record<string, string>>(`SHOW ${setting}`)).rows[0] ?? {}));
  expect(shown).toEqual([['on'], ['0'], ['0']]);
  await pool.end();
  // A standby that was not promoted yet.
  database.query('postgres', `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  let tries = 0;
  const waiting = await openLastingPool(url, {
    max: 1,
    keepsTrying: () => {
      tries += 1;
      if (tries === 1)
        database.query('postgres', `ALTER DATABASE ${name} RESET default_transaction_read_only`);
      return tries < 3;
    },
  });
  expect((await waiting.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(tries).toBe(1);
  await waiting.end();
});
