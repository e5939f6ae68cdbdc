// The rows of the waterfall: in the order of the run, each with one status, also what did not run here.
import { expect, test } from 'vitest';
import { buildRun, runId, type RunBuilder } from '../support/run-builder.ts';
import { moneyText } from '../../src/page/money-text.ts';
import { modelOf, rowIn, rowsOf } from './page-model.ts';

const FROM = { run: runId(9), seq: 4 };

function restored(run: RunBuilder, node: string, place: { item?: number } = {}): RunBuilder {
  return run.emit({
    type: 'node.restored',
    phase: 'workflow',
    node,
    ...place,
    data: { node_type: 'echo', action: 'default', from: FROM },
  });
}

test('restored nodes are where they would have run, also in a nested workflow', () => {
  const run = buildRun()
    .started()
    .workflow(['read', 'child', 'end'], (inside) => {
      restored(inside, 'read');
      inside.after(1).node('child', {}, (child) => {
        child.emit({ type: 'workflow.started', data: { name: 'inner', hash: 'f', nodes: ['a', 'b'] } });
        restored(child, 'child/a');
        child.after(1).node('child/b');
      });
    })
    .ended('interrupted');
  const model = modelOf(run);
  expect(rowsOf(model)).toEqual([
    'read: restored',
    'child: completed',
    '  a: restored',
    '  b: completed',
    'end: idle',
  ]);
  expect(rowIn(model, 'restored:read#1')).toMatchObject({ span: null, restored: FROM });
});

test('restored items count with those that ran', () => {
  const run = buildRun()
    .started()
    .workflow(['each'], (inside) =>
      inside.node('each', {}, (node) => {
        restored(restored(node, 'each', { item: 0 }), 'each', { item: 1 });
        node.node('each', { item: 2 });
      }),
    );
  expect(rowIn(modelOf(run), 'node:each#1').restoredItems).toBe(2);
});

test('what has no end runs while its run does, and was cut with a run that has no end', () => {
  const run = buildRun()
    .started()
    .workflow(['ask', 'later'], (inside) => inside.node('ask', { hangs: true }), null);
  expect(rowsOf(modelOf(run, 'running'))).toEqual(['ask: running', 'later: upcoming']);
  expect(rowsOf(modelOf(run))).toEqual(['ask: cut', 'later: idle']);
});

test('a node whose approval was denied is denied, and one that waits is paused', () => {
  const decided = (decision: 'denied' | 'waiting'): RunBuilder =>
    buildRun()
      .started()
      .workflow(
        ['send'],
        (inside) =>
          inside.node('send', decision === 'denied' ? { fails: 'no' } : { hangs: true }, (node) =>
            node.emit({ type: 'node.approval', data: { decision } }),
          ),
        null,
      )
      .ended(decision === 'denied' ? 'denied' : 'paused');
  expect(rowsOf(modelOf(decided('denied')))).toEqual(['send: denied']);
  expect(rowsOf(modelOf(decided('waiting')))).toEqual(['send: paused']);
});

test.each([
  ['its prompt alone', { prompt: 'Why?' }],
  ['its request', { sent: true }],
])(
  'a call without an end, known by %s, has an unknown cost, and what it is part of is not exact',
  (_, how) => {
    const run = buildRun()
      .started()
      .workflow(
        ['ask'],
        (inside) => inside.node('ask', { hangs: true }, (node) => node.call().call({ ...how, hangs: true })),
        null,
      );
    const model = modelOf(run);
    const call = rowIn(model, 'call:2');
    expect(moneyText(call.cost_usd, call.exact)).toBe('unknown');
    expect(rowIn(model, 'node:ask#1')).toMatchObject({ cost_usd: '0.0105', exact: false });
  },
);

test('planner nodes and workflow nodes with one name are different rows', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('ask'))
    .workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' }))
    .ended('failed');
  const model = modelOf(run);
  expect(rowsOf(model)).toEqual([
    'planner: completed',
    '  ask: completed',
    'example: completed',
    '  ask: failed',
  ]);
  expect(rowIn(model, 'planner-node:ask#1').phase).toBe('planner');
  expect(rowIn(model, 'node:ask#1').phase).toBe('workflow');
});

interface Visited {
  readonly node: string;
  readonly visit?: number;
  readonly item?: number;
}

/** `outer` and `inner` are batches, and `node` is inside of both. */
function nestedBatches(items: readonly number[]): RunBuilder {
  return buildRun()
    .started()
    .workflow(['outer'], (run) => {
      const around = (place: Visited, inside: () => void = () => undefined, hasWorkflow = true): void => {
        run.emit({ type: 'node.started', ...place, data: { node_type: 'workflow' } });
        const frame = { name: 'w', hash: 'f', nodes: [] };
        if (hasWorkflow) run.emit({ type: 'workflow.started', ...place, data: frame });
        inside();
        const end = { status: 'success', duration_ms: 1 } as const;
        if (hasWorkflow) run.emit({ type: 'workflow.completed', ...place, data: end });
        const ended = { node_type: 'workflow', duration_ms: 1, action: 'default' };
        run.after(1).emit({ type: 'node.completed', ...place, data: ended });
      };
      const innerOf = (visit: number): void => {
        const inner = { node: 'outer/inner', visit };
        const inItem = (): void => {
          around({ node: 'outer/inner/node', visit, item: 0 }, undefined, false);
        };
        around(
          inner,
          () => {
            around({ ...inner, item: 0 }, inItem);
          },
          false,
        );
      };
      const outer = (): void => {
        for (const item of items) {
          around({ node: 'outer', item }, () => {
            innerOf(item + 1);
          });
        }
      };
      around({ node: 'outer' }, outer, false);
    })
    .ended('success');
}

test('batches inside of items are below their item, and their nodes have their names', () => {
  expect(rowsOf(modelOf(nestedBatches([0, 1])))).toEqual([
    'outer: completed',
    '  item 0: completed',
    '    inner: completed',
    '      item 0: completed',
    '        node: completed',
    '  item 1: completed',
    '    inner #2: completed',
    '      item 0: completed',
    '        node: completed',
  ]);
});
