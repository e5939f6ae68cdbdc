// A nested workflow: its values, its place in the log, its failures, its limits.
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../../projections/metrics/projection.ts';
import { partners } from '../../../projections/partners/projection.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import { store } from '../../../projections/store/projection.ts';
import type { ModelAnswer, ModelClient } from '../../../src/models/model.ts';
import { testPricing } from '../../support/test-prices.ts';
import { nestedBench, nestedNode, RETURN_X } from './nested-bench.ts';

function modelOf(answers: number[] = []): ModelClient {
  return {
    answer({ model }): Promise<ModelAnswer> {
      answers.push(1);
      const usage = { input_tokens: 1_000, output_tokens: 100 };
      return Promise.resolve({ text: 'yes', provider: 'openai', model, usage, finish_reason: 'stop' });
    },
  };
}

const CALL = { type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Ready?' } };

describe('values', () => {
  test('keep their type on the way in and out; a text is not read as another value', async () => {
    const values = ['7', 'true', '{"a":1}', 7, null, ['x'], { deep: { y: 1 } }, 9007199254740993n];
    const bench = nestedBench({ 'child.json': { ...RETURN_X, inputs: { x: { required: false } } } });
    for (const [index, value] of values.entries()) {
      bench.write('parent.json', {
        inputs: { v: { required: false } },
        nodes: [nestedNode('c', 'child.json', '${v}')],
        outputs: { all: { source: '${c.got}' } },
      });
      const given = typeof value === 'string' ? { v: JSON.stringify(value) } : { v: value };
      const { output, error } = await bench.run('parent.json', { inputs: given });
      const expected = typeof value === 'string' ? JSON.stringify(value) : value;
      expect([index, output?.result, error]).toEqual([index, { all: expected }, undefined]);
    }
  });

  test('of the parent, its store and the item of its batch are not seen by the child', async () => {
    const bench = nestedBench({
      'child.json': {
        nodes: [{ id: 'give', type: 'echo', params: { message: '${item ?? secret ?? "nothing"}' } }],
      },
      'parent.json': {
        nodes: [{ id: 'c', type: 'workflow', params: { workflow: 'child.json' }, batch: { items: [1] } }],
      },
    });
    expect(await bench.problemsOf('parent.json')).toEqual([
      expect.stringContaining('child.json: nodes[0].params.message: ${item} does not exist'),
      expect.stringContaining('${secret} does not exist'),
    ]);
  });

  test('a path in a child starts at the file of the child, and one of a nested workflow too', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [nestedNode('c', './sub/child.json')],
        outputs: { text: { source: '${c.text}' } },
      },
      'sub/child.json': {
        inputs: { x: {} },
        nodes: [
          { id: 'read', type: 'read-file', params: { file_path: './data.txt' } },
          nestedNode('leaf', '../leaf.json', '${x} ${read.content}'),
        ],
        outputs: { text: { source: '${leaf.got}' } },
      },
      'sub/data.txt': 'data',
      'leaf.json': RETURN_X,
    });
    expect((await bench.run('parent.json')).output?.result).toEqual({ text: '1 data' });
  });

  test('an inline workflow has templates of its own, and a name is that of a saved workflow', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [
          { id: 'give', type: 'echo', params: { data: 5 } },
          { id: 'inline', type: 'workflow', params: { ir: RETURN_X, inputs: { x: '${give.data}' } } },
          nestedNode('named', 'return-x', '${inline.got}'),
        ],
        outputs: { n: { source: '${named.got}' } },
      },
      '.pflow/workflows/return-x.json': RETURN_X,
    });
    expect((await bench.run('parent.json')).output?.result).toEqual({ n: 5 });
  });
});

describe('the log', () => {
  test('has each node once, under its path, and every sum counts it once', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [
          { id: 'first', ...CALL },
          nestedNode('one', 'child.json'),
          nestedNode('many', 'child.json', '${item}', { batch: { items: [1, 2, 3], parallel: true } }),
        ],
        outputs: { all: { source: '${many.results[2].got}' } },
      },
      'child.json': {
        ...RETURN_X,
        nodes: [...RETURN_X.nodes, { id: 'ask', ...CALL }],
      },
    });
    const run = await bench.record('parent.json', { models: modelOf() });
    expect(run.outcome.output?.result).toEqual({ all: 3 });
    const pricing = testPricing();
    const metrics = run.project(createMetrics({ pricing }));
    const steps = run.project(createSteps({ pricing }));
    const single = steps[0]?.cost_usd ?? 0;
    expect(single).toBeGreaterThan(0);
    expect(steps.map(({ node_id, status, items, cost_usd }) => [node_id, status, items, cost_usd])).toEqual([
      ['first', 'completed', undefined, single],
      ['one', 'completed', undefined, 0],
      ['many', 'completed', 3, 0],
      ['one/give', 'completed', undefined, 0],
      ['one/ask', 'completed', undefined, single],
      ['many/give', 'completed', 3, 0],
      ['many/ask', 'completed', 3, expect.closeTo(3 * single, 9)],
    ]);
    expect(metrics.num_nodes).toBe(7);
    expect(metrics.total_cost_usd).toBeCloseTo(5 * single, 9);
    expect(metrics.metrics.total.calls).toBe(5);
    expect(run.project(partners)).toEqual({ runs: 1, findings: [], open: [] });
    const started = run.events.filter(({ type }) => type === 'workflow.started');
    expect(started.map(({ node, item }) => [node, item])).toEqual([
      [undefined, undefined],
      ['one', undefined],
      ['many', 0],
      ['many', 1],
      ['many', 2],
    ]);
    const data = started.slice(1).map((event) => event.data as { hash: string; ir?: unknown });
    expect(new Set(data.map(({ hash }) => hash)).size).toBe(1);
    // The workflow itself is there once; its hash names it where it is used again.
    expect(data.map(({ ir }) => ir !== undefined)).toEqual([true, false, false, false]);
  });

  test('rebuilds the store of parent and child, and the live one of the parent', async () => {
    const bench = nestedBench({
      'parent.json': { nodes: [nestedNode('c', 'child.json', [1]), { id: 'after', ...CALL }] },
      'child.json': { ...RETURN_X, nodes: [...RETURN_X.nodes, { id: 'ask', ...CALL }] },
    });
    const run = await bench.record('parent.json', { models: modelOf() });
    const recorded = run.project(store).store;
    const own = Object.fromEntries(Object.entries(recorded).filter(([key]) => !key.includes('/')));
    expect(own).toEqual(JSON.parse(JSON.stringify(run.outcome.shared)));
    expect(recorded['c/give']).toEqual({ echo: '', data: [1] });
    expect((own['__llm_calls__'] as { node_id: string }[]).map(({ node_id }) => node_id)).toEqual([
      'c/ask',
      'after',
    ]);
  });

  test('has what the command of a child wrote to stderr', async () => {
    const shell = { id: 'sh', type: 'shell', params: { command: 'echo "${x}" >&2' } };
    const bench = nestedBench({
      'parent.json': { nodes: [nestedNode('c', 'child.json', 'oops')] },
      'child.json': { inputs: { x: {} }, nodes: [shell] },
    });
    const steps = (await bench.record('parent.json')).project(createSteps({ pricing: testPricing() }));
    expect(steps.map(({ node_id, stderr }) => [node_id, stderr])).toEqual([
      ['c', undefined],
      ['c/sh', 'oops'],
    ]);
  });

  test('usage that a child returns as its output is not another call', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [
          nestedNode('one', 'child.json'),
          nestedNode('many', 'child.json', 1, { batch: { items: [1, 2] } }),
        ],
      },
      'child.json': {
        ...RETURN_X,
        nodes: [...RETURN_X.nodes, { id: 'ask', ...CALL }],
        outputs: { llm_usage: { source: '${ask.llm_usage}' } },
      },
    });
    const run = await bench.record('parent.json', { models: modelOf() });
    expect(run.outcome.status).toBe('success');
    const calls = run.events.flatMap((event) => (event.type === 'llm.completed' ? [event.node] : []));
    expect(calls).toEqual(['one/ask', 'many/ask', 'many/ask']);
  });

  test('numbers the visits of a child that runs again, and the items of a batch inside of an item', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [nestedNode('outer', 'child.json', '${item}', { batch: { items: [1, 2], parallel: true } })],
      },
      'child.json': {
        inputs: { x: {} },
        nodes: [
          {
            id: 'inner',
            type: 'echo',
            batch: { items: ['a', 'b', 'c'] },
            params: { message: '${x}${item}' },
          },
        ],
        outputs: { all: { source: '${inner.results}' } },
      },
    });
    const run = await bench.record('parent.json');
    const inner = run
      .project(createSteps({ pricing: testPricing() }))
      .find(({ node_id }) => node_id === 'outer/inner');
    expect([inner?.visits, inner?.items, inner?.status]).toEqual([2, 3, 'completed']);
    const places = run.events
      .filter(({ type, node }) => type === 'node.completed' && node === 'outer/inner')
      .map(({ visit = 1, item }) => `${String(visit)} ${String(item)}`);
    expect(new Set(places).size).toBe(8);
    expect(run.project(partners).findings).toEqual([]);
  });
});

describe('a failure', () => {
  const FAILING = {
    inputs: { x: {} },
    nodes: [{ id: 'sh', type: 'shell', params: { command: 'echo why >&2; exit ${x}' } }],
    outputs: { out: { source: '${sh.stdout}' } },
  };

  test('of a child is that of its node, with the path, the code and the details', async () => {
    const bench = nestedBench({
      'parent.json': { nodes: [nestedNode('c', 'child.json', 3)] },
      'child.json': {
        ...FAILING,
        nodes: [{ ...FAILING.nodes[0], params: { command: 'echo why >&2; exit 3' } }, RETURN_X.nodes[0]],
      },
    });
    const { status, error } = await bench.run('parent.json');
    expect([status, error?.node_id, error?.code]).toEqual(['failed', 'c/sh', 'NODE_FAILED']);
    expect(error?.message).toBe('node "c/sh": exit code 3: why');
    expect(error?.details.join('\n')).toContain('why');
  });

  const CHILD = {
    inputs: { x: {} },
    nodes: [
      { id: 'sh', type: 'shell', params: { command: 'exit 1' } },
      { id: 'give', type: 'echo', params: { data: '${x}' } },
    ],
    outputs: { got: { source: '${give.data}' } },
  };

  test.each([
    ['an error edge of the node', {}, { edges: [{ from: 'c', to: 'saved', action: 'error' }] }, 'success', 1],
    ['continue in a batch', { batch: { items: [1, 2], error_handling: 'continue' } }, {}, 'failed', 2],
    ['fail_fast in a batch', { batch: { items: [1, 2] } }, {}, 'failed', 1],
    ['fail_fast in a parallel batch', { batch: { items: [1, 2], parallel: true } }, {}, 'failed', 2],
    ['retry of the node', { retry: { max: 2, wait_s: 0 } }, {}, 'failed', 2],
  ] as const)('meets %s', async (_what, node, flow, status, starts) => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [
          nestedNode('c', 'child.json', 1, node),
          { id: 'saved', type: 'echo', params: { message: 'saved' } },
        ],
        edges: [{ from: 'c', to: 'saved' }],
        ...flow,
      },
      'child.json': CHILD,
    });
    const run = await bench.record('parent.json');
    expect(run.outcome.status).toBe(status);
    expect(run.outcome.error?.node_id).toBe(status === 'failed' ? 'c/sh' : undefined);
    expect(run.project(partners).findings).toEqual([]);
    const started = run.events.filter(({ type, node: id }) => type === 'node.started' && id === 'c/sh');
    expect(started.length).toBe(starts);
  });

  test('a child that recovers by itself raises its warning with its path', async () => {
    const bench = nestedBench({
      'parent.json': { nodes: [nestedNode('c', 'child.json')] },
      'child.json': { ...CHILD, edges: [{ from: 'sh', to: 'give', action: 'error' }] },
    });
    const { outcome, events } = await bench.record('parent.json');
    expect(outcome.recovered.map(({ node_id }) => node_id)).toEqual(['c/sh']);
    expect(events.flatMap(({ type, node }) => (type === 'warning.raised' ? [node] : []))).toEqual(['c/sh']);
  });

  test('a file that is missing when the node runs fails with the name of the node', async () => {
    const bench = nestedBench({
      'parent.json': {
        inputs: { path: { type: 'string' } },
        nodes: [nestedNode('c', '${path}')],
      },
    });
    const { error } = await bench.run('parent.json', { inputs: { path: 'nowhere.json' } });
    expect([error?.code, error?.node_id]).toEqual(['FILE_NOT_FOUND', 'c']);
    bench.write('there.json', { nodes: [{ id: 'a', type: 'ecko' }] });
    const second = await bench.run('parent.json', { inputs: { path: 'there.json' } });
    expect([second.error?.code, second.error?.details.length]).toEqual(['WORKFLOW_INVALID', 1]);
  });

  test('a child may be written by the node before', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [
          {
            id: 'save',
            type: 'write-file',
            params: { file_path: 'made.json', content: JSON.stringify(RETURN_X).replaceAll('${', '$$$${') },
          },
          nestedNode('c', '${save.file_path}', 4),
        ],
        outputs: { n: { source: '${c.got}' } },
      },
    });
    const { output, error } = await bench.run('parent.json');
    expect([output?.result, error]).toEqual([{ n: 4 }, undefined]);
  });
});

describe('limits', () => {
  test('max_cost_usd of the child ends the child alone, and its error edge applies', async () => {
    const calls: number[] = [];
    const bench = nestedBench({
      'parent.json': {
        nodes: [{ id: 'before', ...CALL }, nestedNode('c', 'child.json'), { id: 'after', ...CALL }],
        edges: [
          { from: 'before', to: 'c' },
          { from: 'c', to: 'after', action: 'error' },
        ],
      },
      'child.json': {
        inputs: { x: {} },
        max_cost_usd: 0.0001,
        nodes: [
          { id: 'ask', ...CALL },
          { id: 'again', ...CALL },
          { id: 'give', type: 'echo', params: { data: '${x}' } },
        ],
        outputs: { got: { source: '${give.data}' } },
      },
    });
    const { status, recovered } = await bench.run('parent.json', { models: modelOf(calls) });
    expect([status, recovered.map(({ node_id }) => node_id), calls.length]).toEqual(['success', ['c'], 3]);
    const limited = await bench.run('parent.json', { models: modelOf(), maxCost: '0.0001' });
    expect([limited.status, limited.error?.code]).toEqual(['failed', 'MAX_COST_REACHED']);
  });

  test('a secret of the child is redacted everywhere, from the first event on', async () => {
    const bench = nestedBench({
      'parent.json': {
        inputs: { key: { type: 'string' } },
        nodes: [
          { id: 'show', type: 'echo', params: { message: '${key}' } },
          {
            id: 'c',
            type: 'workflow',
            params: { workflow: 'child.json', inputs: { token: '${key}', other: 'fixed' } },
          },
        ],
      },
      'child.json': {
        inputs: { token: { type: 'string', secret: true }, other: { type: 'string', secret: true } },
        nodes: [{ id: 'sh', type: 'shell', params: { command: 'echo "${token} ${other}"; exit 1' } }],
      },
    });
    const { events, outcome } = await bench.record('parent.json', { inputs: { key: 'pa55-of-the-child' } });
    const text = JSON.stringify([events, outcome.error?.message, outcome.error?.details]);
    expect(text).not.toContain('pa55-of-the-child');
    expect(text).toContain('<redacted:token>');
    expect(text).not.toContain('fixed');
  });
});
