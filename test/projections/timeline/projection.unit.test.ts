import { expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import { buildRun, type RunBuilder } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const timeline = createTimeline({ pricing: testPricing() });

function spans(run: RunBuilder): string[] {
  return project(timeline, run.events).map(lineOf);
}

function lineOf({ id, parent, start_ms, end_ms, status }: TimelineSpan): string {
  return `${id} < ${parent ?? '-'} ${String(start_ms)}-${end_ms === null ? '' : String(end_ms)} ${status}`;
}

test('nodes, items, attempts and calls are inside each other', () => {
  const run = buildRun()
    .started()
    .workflow(['ask', 'each'], (inside) =>
      inside
        .node('ask', { ms: 5 }, (node) =>
          node
            .after(2)
            .retried()
            .after(3)
            .node('ask', { attempt: 2, hangs: true }, (second) => second.call()),
        )
        .node('each', { ms: 4 }, (node) =>
          node.node('each', { item: 0, ms: 1 }).node('each', { item: 1, ms: 1 }),
        ),
    )
    .ended('success');
  expect(spans(run)).toEqual([
    'run < - 0-16 completed',
    'workflow < run 0-16 completed',
    'node:ask#1 < workflow 0-10 completed',
    'attempt:node:ask#1.1 < node:ask#1 0-2 failed',
    'attempt:node:ask#1.2 < node:ask#1 3-10 completed',
    'call:1 < attempt:node:ask#1.2 0-5 completed',
    'node:each#1 < workflow 10-16 completed',
    'item:node:each#1[0] < node:each#1 10-11 completed',
    'item:node:each#1[1] < node:each#1 11-12 completed',
  ]);
});

test('nodes of a nested workflow are inside the node that runs it, each visit in its own', () => {
  const run = buildRun()
    .started()
    .workflow(['child'], (inside) =>
      inside
        .node('child', { ms: 2 }, (child) => child.node('child/ask', { ms: 1 }))
        .node('child', { ms: 2, visit: 2 }, (child) => child.node('child/ask', { ms: 1, visit: 2 })),
    )
    .ended('success');
  expect(spans(run).filter((line) => line.includes('child'))).toEqual([
    'node:child#1 < workflow 0-3 completed',
    'node:child/ask#1 < node:child#1 0-1 completed',
    'node:child#2 < workflow 3-6 completed',
    'node:child/ask#2 < node:child#2 3-4 completed',
  ]);
});

test('nodes of a nested workflow in a batch are inside the item that runs it', () => {
  const place = (item: number) => ({ phase: 'workflow', node: 'each', item }) as const;
  const inner = (item: number) => ({ phase: 'workflow', node: 'each/ask', item }) as const;
  const run = buildRun()
    .started()
    .workflow(['each'], (inside) => {
      inside.emit({ type: 'node.started', node: 'each', data: { node_type: 'workflow' } });
      for (const item of [0, 1]) {
        inside.emit({ type: 'node.started', ...place(item), data: { node_type: 'workflow' } });
        inside.emit({
          type: 'workflow.started',
          ...place(item),
          data: { name: 'child', hash: 'f00d', nodes: ['ask'] },
        });
        inside.emit({ type: 'node.started', ...inner(item), data: { node_type: 'echo' } });
      }
    })
    .ended('interrupted');
  const parents = project(timeline, run.events).map(({ id, parent }) => [id, parent]);
  expect(parents.filter(([id]) => id?.includes('ask'))).toEqual([
    ['item:node:each/ask#1[0]', 'workflow:item:node:each#1[0]'],
    ['item:node:each/ask#1[1]', 'workflow:item:node:each#1[1]'],
  ]);
});

test('planner nodes are apart from nodes of the same name', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('ask', { ms: 1 }))
    .workflow(['ask'], (inside) => inside.node('ask', { ms: 1 }))
    .ended('success');
  expect(spans(run).filter((line) => line.includes('ask'))).toEqual([
    'planner-node:ask#1 < planner 0-1 completed',
    'node:ask#1 < workflow 1-2 completed',
  ]);
});

test('nodes and items that a signal ended are interrupted, those that had failed before are not', () => {
  const fails = { name: 'PflowError', message: 'interrupted by SIGINT', code: 'INTERRUPTED' };
  const run = buildRun()
    .started()
    .workflow(['each'], (inside) =>
      inside.node('each', { fails, ms: 1 }, (node) =>
        node
          .node('each', { item: 0, ms: 1, fails: 'no' })
          .node('each', { item: 1, ms: 1, fails }, (item) => item.retried(1, 'busy')),
      ),
    )
    .ended('interrupted');
  expect(spans(run).slice(2)).toEqual([
    'node:each#1 < workflow 0-3 interrupted',
    'item:node:each#1[0] < node:each#1 0-1 failed',
    'item:node:each#1[1] < node:each#1 1-2 interrupted',
    'attempt:item:node:each#1[1].1 < item:node:each#1[1] 1-1 failed',
    'attempt:item:node:each#1[1].2 < item:node:each#1[1] 2-2 interrupted',
  ]);
});

test('what has no end runs, or ended with the run', () => {
  const hanging = (): RunBuilder =>
    buildRun()
      .started()
      .workflow(['a'], (inside) => inside.after(5).node('a', { hangs: true }, (node) => node.after(7)), null);
  expect(spans(hanging())).toEqual([
    'run < - 0- running',
    'workflow < run 0- running',
    'node:a#1 < workflow 5- running',
  ]);
  expect(spans(hanging().ended('interrupted'))).toEqual([
    'run < - 0-12 interrupted',
    'workflow < run 0-12 interrupted',
    'node:a#1 < workflow 5-12 interrupted',
  ]);
});

test('a call has its tokens and its cost, and no other span has', () => {
  const run = buildRun()
    .started()
    .workflow(['ask'], (inside) =>
      inside.node('ask', { ms: 1 }, (node) =>
        node.call({
          usage: { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 10 },
          duration_ms: 0,
        }),
      ),
    )
    .ended('success');
  const priced = project(timeline, run.events).filter(({ cost_usd }) => cost_usd !== undefined);
  expect(priced).toStrictEqual([
    {
      id: 'call:1',
      parent: 'node:ask#1',
      kind: 'call',
      name: 'anthropic/claude-sonnet-4-0',
      node: 'ask',
      start_ms: 0,
      end_ms: 0,
      status: 'completed',
      model: 'anthropic/claude-sonnet-4-0',
      tokens: { input: 1_000, output: 10 },
      cost_usd: '0.00072',
      exact: true,
    },
  ]);
});

test('a call whose price or count is not known is not exact, and has no counts that were not read', () => {
  const run = buildRun()
    .started()
    .workflow(['ask'], (inside) =>
      inside.node('ask', { ms: 1 }, (node) =>
        node.call({ model: 'acme/unheard-of', usage: { input_tokens: 100 } }).call({ usage: {} }),
      ),
    )
    .ended('success');
  const calls = project(timeline, run.events).filter(({ kind }) => kind === 'call');
  expect(calls.map(({ exact, tokens }) => [exact, tokens])).toEqual([
    [false, { input: 100, output: 0 }],
    [false, undefined],
  ]);
});

test('a call with a doubtful cost lists its doubts', () => {
  const run = buildRun()
    .started()
    .workflow(['ask'], (inside) =>
      inside.node('ask', { ms: 1 }, (node) =>
        node.call({ usage: { input_tokens: 100, output_tokens: 10, total_tokens: 999 } }),
      ),
    )
    .ended('success');
  const [call] = project(timeline, run.events).filter(({ kind }) => kind === 'call');
  expect(call).toMatchObject({
    exact: false,
    doubts: [{ code: 'TOTAL_MISMATCH', reason: 'the total is not the sum of its parts' }],
  });
});

test('a call that the provider refused costs nothing, and one that may be billed is not exact', () => {
  const failed = (more: { readonly unmetered?: true }): RunBuilder['events'] => {
    const error = { name: 'PflowError', code: 'MODEL_FAILED', message: 'no' };
    const run = buildRun().started();
    return run
      .workflow(['ask'], (inside) => {
        inside.emit({ type: 'node.started', node: 'ask', data: { node_type: 'llm' } });
        inside.emit({
          type: 'llm.failed',
          node: 'ask',
          data: { call: 1, model: 'anthropic/claude-sonnet-4-0', duration_ms: 1, error, ...more },
        });
      })
      .ended('failed').events;
  };
  const costOf = (events: RunBuilder['events']): unknown => {
    const { cost_usd, exact } = project(timeline, events).find(({ kind }) => kind === 'call') ?? {};
    return { cost_usd, exact };
  };
  expect(costOf(failed({}))).toEqual({ cost_usd: '0', exact: true });
  expect(costOf(failed({ unmetered: true }))).toEqual({ cost_usd: null, exact: false });
});

test('what a denied approval leaves without an end is denied', () => {
  const events = buildRun()
    .started()
    .workflow(['a'], (inside) => {
      inside.emit({ type: 'node.started', node: 'a', data: { node_type: 'echo' } });
    })
    .ended('denied').events;
  expect(project(timeline, events).find(({ kind }) => kind === 'node')?.status).toBe('denied');
});
