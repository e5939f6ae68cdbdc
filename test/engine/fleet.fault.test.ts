// Invariant: whatever happens to workers, each run has one whole log. No completed node runs twice.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTables } from '../../src/engine/tables.ts';
import { CALLS, Fleet, linesOf, MODEL, pulled, until } from '../support/fleet.ts';
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

/** Writes a line before it waits for a file. */
const EFFECT = {
  inputs: { name: { type: 'string' } },
  nodes: [
    { id: 'first', type: 'echo', params: { data: '${name}' } },
    {
      id: 'act',
      type: 'shell',
      params: { command: 'echo started >> acts; while [ ! -e go ]; do sleep 0.05; done; echo done' },
    },
    { id: 'last', type: 'echo', params: { data: '${act.stdout ?? "skipped"}' } },
  ],
  edges: [
    { from: 'first', to: 'act' },
    { from: 'act', to: 'last' },
  ],
};

const typesOf = (log: string): string[] => linesOf(log).map(({ type }) => String(type));

test('a batch is submitted once, runs once, and its logs are whole', async () => {
  const provider = await testProvider();
  const fleet = new Fleet(database, provider.env);
  const inputs = [{ topic: 'tea' }, { topic: 'rain' }, { topic: 'tea' }];
  const runs = await fleet.submit(CALLS, inputs, '--tag', 'night=1');
  expect(new Set(runs).size).toBe(3);
  expect(await fleet.submit(CALLS, inputs, '--tag', 'night=1')).toEqual(runs);
  const ends = await fleet.drain();
  expect(new Set(ends.values())).toEqual(new Set(['success']));
  expect([...ends.keys()].sort()).toEqual([...runs].sort());
  expect(provider.requests).toHaveLength(9);
  expect(await fleet.drain()).toEqual(new Map());
  const logs = await pulled(fleet);
  expect(logs).toHaveLength(3);
  expect(linesOf(logs[0] ?? '')[0]).toMatchObject({ type: 'run.started', data: { tags: { night: '1' } } });
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 9, exact: true });
  expect(await fleet.run('spend', '--db', '--json')).toEqual(spend);
  expect(await fleet.run('spend', fleet.url, '--json')).toEqual(spend);
  const [first = '', second = ''] = runs;
  const compared = await fleet.run('diff', first, second, '--db', '--json');
  expect(JSON.parse(compared.stdout)).toMatchObject({
    a: { run: first },
    b: { run: second },
    same_path: true,
  });
  expect(await fleet.run('diff', first, second, '--log', fleet.url, '--json')).toEqual(compared);
  const listed = await fleet.run('runs', '--db', '--json');
  expect(linesOf(listed.stdout.replaceAll('\n', '')).flat()).toHaveLength(3);
  expect(listed.stderr).toBe('note   runs in the database: 3 ended\n');
  expect((await fleet.run('verify', '--db')).stdout).toMatch(/3 logs, 3 runs, \d+ events: all ok/u);

  // A run in a database goes on as it was submitted; a pulled log is resumed like any other.
  const given = await fleet.run('resume', first, '--db', 'topic=snow');
  expect([given.code, given.stderr]).toEqual([2, expect.stringContaining('with the inputs that it has')]);
  for (const [flag, ...value] of [['--from', 'three'], ['--dry-run']]) {
    const refused = await fleet.run('resume', first, '--db', flag ?? '', ...value);
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      2,
      `error USAGE: ${flag ?? ''} is not for runs in a database`,
    ]);
  }
  for (const [word, calls] of [
    ['--from=three', ['three about rain']],
    ['topic=snow', ['one about snow', 'two about snow', 'three about snow']],
  ] as const) {
    const before = provider.requests.length;
    const [rain = ''] = runs.slice(1);
    expect((await fleet.run('resume', `logs/${rain}.ndjson`, word, '--log', 'resumed/')).code).toBe(0);
    expect(provider.requests.slice(before).map(({ parsed }) => parsed.prompt)).toEqual(calls);
  }
});

test('a run goes on where its worker was killed, in the same log', async () => {
  const provider = await testProvider({
    rules: [
      { when: 'two about', then: { do: 'answer', text: 'no' } },
      { when: 'two after no', times: 1, then: { do: 'hang' } },
      { when: 'two after no', then: { do: 'answer', text: 'yes' } },
    ],
  });
  const fleet = new Fleet(database, provider.env);
  const [one, two, three] = CALLS.nodes;
  const loop = { until: '${two.response}', carry: { prompt: 'two after ${two.response}' } };
  await fleet.submit({ ...CALLS, nodes: [one, { ...two, loop }, three] }, [{ topic: 'tea' }]);
  const first = fleet.start('--shared-calls', 'off');
  await provider.waitForRequest(3);
  await first.kill();
  const ends = await fleet.drain('--shared-calls', 'off');
  expect([...ends.values()]).toEqual(['success']);
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  expect(prompts).toEqual([
    ...['one about tea', 'two about tea'],
    ...['two after no', 'two after no', 'three about tea'],
  ]);
  const spend = await fleet.run('spend', '--db', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 4, exact: false });
  const [log = ''] = await pulled(fleet);
  expect(log).toContain('RUN_TAKEN_OVER');
  expect(typesOf(log).filter((type) => type === 'run.started' || type === 'node.completed')).toEqual([
    'run.started',
    ...['node.completed', 'node.completed', 'node.completed', 'node.completed'],
  ]);
});

test('completed items of a batch and nodes of a nested workflow are kept when workers are killed', async () => {
  const hanging = ['item d', 'item f', 'two about'].map(
    (when) => ({ when, times: 1, then: { do: 'hang' } }) as const,
  );
  const provider = await testProvider({ rules: hanging });
  const fleet = new Fleet(database, provider.env);
  fleet.write('child.json', CALLS);
  const batch = { items: ['a', 'b', 'c', 'd', 'e', 'f'], parallel: true, max_concurrent: 2 };
  const params = { model: MODEL, prompt: 'item ${item}' };
  const nested = { workflow: './child.json', inputs: { topic: '${each.count}' } };
  const nodes = [
    { id: 'each', type: 'llm', batch, params },
    { id: 'child', type: 'workflow', params: nested },
  ];
  const [run = ''] = await fleet.submit({ nodes }, [{}]);
  // The second slot has reached f, so e was answered.
  const first = fleet.start('--shared-calls', 'off');
  await provider.waitForRequest(6);
  await first.kill();
  const second = fleet.start('--shared-calls', 'off');
  await provider.waitForRequest(10);
  await second.kill();
  expect(await fleet.drain('--shared-calls', 'off')).toEqual(new Map([[run, 'success']]));
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt).sort();
  expect(prompts).toEqual([
    ...['item a', 'item b', 'item c', 'item d', 'item d', 'item e', 'item f', 'item f'],
    ...['one about 6', 'three about 6', 'two about 6', 'two about 6'],
  ]);
  const [log = ''] = await pulled(fleet);
  const ended = linesOf(log).flatMap(({ type, node, item }) =>
    type === 'node.completed' ? [`${String(node)}${typeof item === 'number' ? ` ${String(item)}` : ''}`] : [],
  );
  expect(ended.sort()).toEqual([
    ...['child', 'child/one', 'child/three', 'child/two'],
    ...['each', 'each 0', 'each 1', 'each 2', 'each 3', 'each 4', 'each 5'],
  ]);
  // What hung may have been paid twice, which is a doubt.
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 9, exact: false });
});

test('a shared call in flight is paid once when the worker of its run is killed, and limits hold', async () => {
  const provider = await testProvider({
    rules: [{ when: 'two about', then: { do: 'answer', text: 'yes', after_ms: 1500 } }],
  });
  const fleet = new Fleet(database, provider.env);
  fleet.start('--queue', 'llm', '--model-limit', 'openai=2/s', '--model-limit', 'gpt-4o=50/s');
  const [one, two, three] = CALLS.nodes;
  const other = { ...three, params: { ...three?.params, model: 'openai/gpt-4o' } };
  await fleet.submit({ ...CALLS, nodes: [one, two, other] }, [{ topic: 'tea' }, { topic: 'rain' }]);
  const first = fleet.start('--queue', 'default');
  await until(() => provider.requests.some(({ parsed }) => parsed.prompt.startsWith('two')));
  await first.kill();
  const ends = await fleet.drain('--queue', 'default');
  expect([...ends.values()]).toEqual(['success', 'success']);
  expect(provider.requests.map(({ parsed }) => parsed.prompt).sort()).toEqual(
    ['rain', 'tea'].flatMap((topic) => ['one', 'three', 'two'].map((id) => `${id} about ${topic}`)).sort(),
  );
  await pulled(fleet);
  const spend = await fleet.run('spend', 'logs', '--json');
  expect(JSON.parse(spend.stdout)).toMatchObject({ calls: 6, exact: true });
  const busiest = `SELECT count(*), max(within) FROM (SELECT count(*) OVER (
    ORDER BY started_at_epoch_ms RANGE BETWEEN 999 PRECEDING AND CURRENT ROW) AS within
    FROM dbos.workflow_status WHERE queue_name = 'llm-openai') AS starts`;
  expect(database.query(fleet.url, busiest)).toEqual(['4|2']);
  const ofModel = `SELECT count(*) FROM dbos.workflow_status WHERE queue_name = 'llm-openai/gpt-4o'`;
  expect(database.query(fleet.url, ofModel)).toEqual(['2']);
});

test('a run that is cancelled while it runs stops, and goes on when it is resumed', async () => {
  const fleet = new Fleet(database);
  const [run = ''] = await fleet.submit(EFFECT, [{ name: 'x' }]);
  const worker = fleet.start();
  await until(() => existsSync(join(fleet.folder, 'acts')));
  expect((await fleet.run('cancel', run)).stdout).toBe(`${JSON.stringify({ run })}\n`);
  await worker.kill('SIGTERM');
  expect((await fleet.run('runs', '--db')).stderr).toContain(`run ${run} is paused: node "act"`);
  writeFileSync(join(fleet.folder, 'go'), '');
  expect((await fleet.run('resume', run, '--db', '--rerun', 'act')).code).toBe(0);
  expect(await fleet.drain()).toEqual(new Map([[run, 'success']]));
  await pulled(fleet);
});

test('the runs of one submission stop at their common limit', async () => {
  const tokens = { input: 1_000_000, output: 0 };
  const provider = await testProvider({ rules: [{ then: { do: 'answer', tokens } }] });
  const fleet = new Fleet(database, provider.env);
  const topics = ['a', 'b', 'c', 'd'].map((topic) => ({ topic }));
  // A call costs $0.15.
  await fleet.submit(CALLS, topics, '--max-cost', '0.50');
  const ends = await fleet.drain('--concurrency', '1', '--shared-calls', 'off');
  expect([...ends.values()]).toEqual(['success', 'failed', 'failed', 'failed']);
  expect(provider.requests).toHaveLength(4);
  const [log = ''] = (await pulled(fleet)).filter((text) => text.includes('"failed"'));
  expect(log).toContain('MAX_COST_REACHED');
});

describe('a node that needs approval', () => {
  const send = {
    id: 'send',
    type: 'shell',
    approval: 'required',
    params: { command: 'echo ${name} >> sent' },
  };

  test('pauses its run in a database until a person approves or denies it', async () => {
    const fleet = new Fleet(database);
    const inputs = { name: { type: 'string' } };
    const edges = [
      { from: 'send', to: 'first', action: 'error' },
      { from: 'send', to: 'first' },
    ];
    const flow = { inputs, nodes: [send, EFFECT.nodes[0]], edges };
    const [yes = '', no = ''] = await fleet.submit(flow, [{ name: 'yes' }, { name: 'no' }]);
    fleet.write('child.json', { inputs, nodes: [send] });
    const params = { workflow: './child.json', inputs: { name: '${item}' } };
    const each = { id: 'each', type: 'workflow', batch: { items: ['a', 'b'] }, params };
    const [batch = ''] = await fleet.submit({ nodes: [each] }, [{}]);
    expect(await fleet.drain()).toEqual(new Map());
    expect(existsSync(join(fleet.folder, 'sent'))).toBe(false);
    const listed = await fleet.run('runs', '--db');
    const stop = `run ${yes} is paused: node "send" waits for approval; pflow resume ${yes} --db --approve send, or --deny send`;
    expect(listed.stderr).toContain(`note   ${stop}\n`);
    // The other items may have acted.
    expect(listed.stderr).toContain(
      '--rerun each, or --skip each; and --approve each/send, or --deny each/send',
    );
    const shown = await fleet.run('show', yes, '--db');
    expect(shown.stderr).toBe(`note ${stop}\n`);
    await fleet.run('pull', yes, '-o', 'logs');
    const waiting = readFileSync(join(fleet.folder, 'logs', `${yes}.ndjson`), 'utf8');
    expect(typesOf(waiting).slice(-3)).toEqual(['node.started', 'template.resolved', 'node.approval']);
    const undecided = await fleet.run('resume', yes, '--db');
    expect([undecided.code, undecided.stderr]).toEqual([5, expect.stringContaining('waits for approval')]);
    for (const [run, ...flags] of [
      [yes, '--approve', 'send'],
      [no, '--deny', 'send'],
      [batch, '--rerun', 'each', '--approve', 'each/send'],
    ] as const)
      expect((await fleet.run('resume', run, '--db', ...flags)).code).toBe(0);
    const ends = await fleet.drain();
    expect([yes, no, batch].map((run) => ends.get(run))).toEqual(['success', 'denied', 'success']);
    expect(readFileSync(join(fleet.folder, 'sent'), 'utf8').split('\n').sort()).toEqual([
      '',
      'a',
      'b',
      'yes',
    ]);
    const logs = (await pulled(fleet)).filter((log) => !log.includes(batch));
    const decisions = logs.map((log) =>
      linesOf(log).flatMap(({ type, data }) =>
        type === 'node.approval' ? [(data as { decision: string }).decision] : [],
      ),
    );
    expect(decisions.sort()).toEqual([
      ['waiting', 'approved'],
      ['waiting', 'denied'],
    ]);
    expect(logs.join('')).not.toContain('RUN_TAKEN_OVER');
  });
});

describe('a node that may have acted when its worker was killed', () => {
  async function pausedRun(...flags: readonly string[]): Promise<{ fleet: Fleet; run: string }> {
    const fleet = new Fleet(database);
    const [run = ''] = await fleet.submit(EFFECT, [{ name: 'x' }], ...flags);
    const worker = fleet.start();
    await until(() => existsSync(join(fleet.folder, 'acts')));
    await worker.kill();
    writeFileSync(join(fleet.folder, 'go'), '');
    return { fleet, run };
  }
  const acts = (fleet: Fleet): string => readFileSync(join(fleet.folder, 'acts'), 'utf8');

  test('pauses the run until a person decides', async () => {
    const { fleet, run } = await pausedRun();
    expect(await fleet.drain()).toEqual(new Map());
    expect(acts(fleet)).toBe('started\n');
    const listed = await fleet.run('runs', '--db');
    expect(listed.stderr).toContain(`run ${run} is paused: node "act" was running when its worker ended`);
    const refused = await fleet.run('resume', run, '--db');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('node "act" was running')]);
    expect((await fleet.run('resume', run, '--db', '--rerun', 'act')).code).toBe(0);
    expect(await fleet.drain()).toEqual(new Map([[run, 'success']]));
    expect(acts(fleet)).toBe('started\nstarted\n');
    const [log = ''] = await pulled(fleet);
    expect(typesOf(log).filter((type) => type === 'node.started')).toHaveLength(3);
  });

  test('can be skipped', async () => {
    const { fleet, run } = await pausedRun();
    await fleet.drain();
    expect((await fleet.run('resume', run, '--db', '--skip', 'act')).code).toBe(0);
    expect(await fleet.drain()).toEqual(new Map([[run, 'success']]));
    expect(acts(fleet)).toBe('started\n');
    const [log = ''] = await pulled(fleet);
    expect(log).toContain('NODE_SKIPPED');
  });

  test('runs again with --rerun-all', async () => {
    const { fleet, run } = await pausedRun('--rerun-all');
    expect(await fleet.drain()).toEqual(new Map([[run, 'success']]));
    expect(acts(fleet)).toBe('started\nstarted\n');
    await pulled(fleet);
  });
});
