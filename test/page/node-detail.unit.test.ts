// What the panel of a node shows: its own events, of its phase and its item, whether or not it has an end.
import { expect, test } from 'vitest';
import { nodeDetail, type NodeDetail } from '../../src/page/node-detail.ts';
import { rowFacts, rowTitle } from '../../src/page/row-title.ts';
import { buildRun, type RunBuilder } from '../support/run-builder.ts';
import { linesOf, modelOf, rowIn } from './page-model.ts';

function detailOf(run: RunBuilder, id: string): NodeDetail {
  const model = modelOf(run);
  return nodeDetail(rowIn(model, id), { model, lines: linesOf(run) });
}

const IR = { nodes: [{ id: 'each', type: 'llm', params: { model: 'm', prompt: 'Say ${item}' } }] };

const BATCH = buildRun()
  .started({ ir: IR })
  .workflow(['each'], (inside) =>
    inside.node('each', {}, (node) =>
      node
        .node('each', { item: 0 }, (item) => item.resolved('prompt', 'Say ${item}', 'Say a').call())
        .node('each', { item: 1, fails: 'no' }, (item) =>
          item.resolved('prompt', 'Say ${item}', 'Say b').call({ fails: 'no' }),
        ),
    ),
  )
  .ended('failed');

test('an item has its own params, calls and events, and its number in the title', () => {
  const id = 'item:node:each#1[1]';
  const { params, calls, lines, costs } = detailOf(BATCH, id);
  expect(params).toEqual([
    { name: 'model', value: 'm', template: undefined },
    { name: 'prompt', value: 'Say b', template: 'Say ${item}' },
  ]);
  expect(calls.map(({ call }) => call)).toEqual([2]);
  expect(costs.map(({ call }) => call)).toEqual([2]);
  expect(lines.every(({ event }) => event.item === 1)).toBe(true);
  expect(rowTitle(rowIn(modelOf(BATCH), id))).toBe('each, item 1');
});

test('the node of a batch has its params as written, and the calls of all items', () => {
  const { params, calls } = detailOf(BATCH, 'node:each#1');
  expect(params.map(({ value }) => value)).toEqual(['m', 'Say ${item}']);
  expect(calls.map(({ call }) => call)).toEqual([1, 2]);
});

test('a planner node and a workflow node with one name have nothing of each other', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('ask', { type: 'plan' }, (node) => node.call()))
    .workflow(['ask'], (inside) => inside.node('ask', {}, (node) => node.call().call()))
    .ended('success');
  const planned = detailOf(run, 'planner-node:ask#1');
  expect(planned.calls.map(({ call }) => call)).toEqual([1]);
  expect(planned.costs.map(({ call }) => call)).toEqual([1]);
  expect(rowFacts(rowIn(modelOf(run), 'planner-node:ask#1'), planned.type)).toEqual(
    expect.arrayContaining(['plan', 'of the planner', 'completed']),
  );
  expect(detailOf(run, 'node:ask#1').calls.map(({ call }) => call)).toEqual([2, 3]);
});

test('a node without an end has its params and the call that was sent, whose cost is unknown', () => {
  const ir = { nodes: [{ id: 'ask', type: 'llm', params: { prompt: '${q}' } }] };
  const run = buildRun()
    .started({ ir })
    .workflow(
      ['ask'],
      (inside) =>
        inside.node('ask', { type: 'llm', hangs: true }, (node) =>
          node.resolved('prompt', '${q}', 'Why?').call({ prompt: 'Why?', sent: true, hangs: true }),
        ),
      null,
    );
  const { type, params, costs } = detailOf(run, 'node:ask#1');
  expect(type).toBe('llm');
  expect(params).toEqual([{ name: 'prompt', value: 'Why?', template: '${q}' }]);
  expect(costs.map(({ cost }) => cost)).toEqual([
    {
      model: 'anthropic/claude-sonnet-4-0',
      cost_usd: null,
      state: 'unmetered',
      reason: 'sent, no answer recorded',
    },
  ]);
});

test('a restored node shows its changes of the store', () => {
  const data = { node_type: 'echo', action: 'default', from: { run: 'r', seq: 1 } };
  const run = buildRun()
    .started()
    .workflow(['read'], (inside) =>
      inside.emit({ type: 'node.restored', node: 'read', data }).emit({
        type: 'store.changed',
        node: 'read',
        data: { patches: [{ op: 'add', path: ['read'], value: 1 }] },
      }),
    )
    .ended('success');
  const { type, changes } = detailOf(run, 'restored:read#1');
  expect(type).toBe('echo');
  expect(changes).toMatchObject([{ key: 'read', after: 1 }]);
});
