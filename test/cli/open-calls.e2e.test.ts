// Invariant: a run that was killed during a model call lists the call as one that may be billed, at both levels.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventTypesIn, testProvider, workbench } from '../support/workbench.ts';

const FLOW = {
  nodes: [
    { id: 'first', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'One' } },
    {
      id: 'each',
      type: 'llm',
      batch: { items: ['a', 'b'], parallel: true },
      params: { model: 'openai/gpt-4o', prompt: 'Two ${item}' },
    },
  ],
};

interface Money {
  readonly exact: boolean;
  readonly calls: number;
}

test.each(['metrics', 'trace'])('kill -9 during two calls of a batch, level %s', async (level) => {
  const provider = await testProvider({
    rules: [{ then: { do: 'answer', text: 'Yes.' }, times: 1 }, { then: { do: 'hang' } }],
  });
  const bench = workbench(provider.env);
  bench.write('flow.json', FLOW);
  const run = await bench.run(['flow.json', '--log', 'run.ndjson', '--log-level', level], {
    onStart: (child) => void provider.waitForRequest(3).then(() => child.kill('SIGKILL')),
  });
  expect(run.signal).toBe('SIGKILL');
  expect(eventTypesIn(bench.path('run.ndjson')).at(-1)).toBe('llm.sent');

  const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'cost,metrics,summary,runs,spend']);
  const { cost, metrics, summary, runs, spend } = JSON.parse(replayed.stdout) as Record<string, unknown>;
  const reason = 'the call was sent, and the log has no end of it';
  expect(cost).toMatchObject({
    exact: false,
    calls: 3,
    unmetered: [{ model: 'openai/gpt-4o', calls: 2, reason }],
  });
  expect(metrics).toMatchObject({ exact: false, metrics: { total: { calls: 3, unmetered_calls: 2 } } });
  for (const money of [summary, spend, (runs as readonly unknown[])[0]] as readonly Money[])
    expect(money).toMatchObject({ exact: false, calls: 3 });
  expect(replayed.stderr).toContain(`warning 2 calls of openai/gpt-4o not in the total: ${reason}\n`);

  const spent = await bench.run(['spend', 'run.ndjson']);
  expect(spent.stdout).toContain('not exact');
  expect(spent.stderr).toContain(`2 calls of openai/gpt-4o not in the total: ${reason}`);
  expect((await bench.run(['verify', 'run.ndjson'])).code).toBe(0);
});

test('a log of an older version shows an open call by its prompt, in a file, in a pipe and up to a place', async () => {
  const bench = workbench();
  const call = { call: 1, model: 'openai/gpt-4o' };
  const at = '2026-11-22T09:30:00.000Z';
  const started = {
    format: 1,
    pflow: '0.9.0',
    node_version: '20.20.2',
    level: 'trace',
    workflow: null,
    source: 'file',
  };
  const lines = [
    { type: 'run.started', data: started },
    { type: 'llm.prompted', data: { ...call, prompt: 'Why?' } },
    { type: 'llm.failed', data: { ...call, duration_ms: 1, error: { name: 'Error', message: 'busy' } } },
    { type: 'llm.prompted', data: { ...call, call: 2, prompt: 'Why?' } },
  ].map((event, seq) => JSON.stringify({ ...event, seq, run: 'r', at, ms: seq }));
  const end = JSON.stringify({
    ...{ type: 'run.completed', seq: 4, run: 'r', at, ms: 4 },
    data: { status: 'failed', duration_ms: 4, events: 4 },
  });
  bench.write('old.ndjson', `${lines.join('\n')}\n`);
  bench.write('ended.ndjson', `${[...lines, end].join('\n')}\n`);
  const cost = async (args: readonly string[], stdin = ''): Promise<unknown> => {
    const run = await bench.run(['replay', ...args, '--project', 'cost', '--format', 'json'], { stdin });
    const { exact, calls } = JSON.parse(run.stdout) as Money;
    return { exact, calls };
  };
  const open = { exact: false, calls: 1 };
  expect(await cost(['old.ndjson'])).toEqual(open);
  expect(await cost(['-'], readFileSync(bench.path('old.ndjson'), 'utf8'))).toEqual(open);
  expect(await cost(['ended.ndjson'])).toEqual({ exact: true, calls: 0 });
  expect(await cost(['ended.ndjson', '--until', '3'])).toEqual(open);
});
