// Nodes that choose the next one, loops and approvals, in runs of workflow files.
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { partners } from '../../projections/partners/projection.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import type { PflowError } from '../../src/errors.ts';
import { testPricing } from '../support/test-prices.ts';
import { nestedBench, nestedNode } from './nested/nested-bench.ts';

const echoNode = (id: string): object => ({ id, type: 'echo', params: { message: id } });

describe('switch', () => {
  const workflow = (params: object): object => ({
    inputs: { v: { required: false } },
    nodes: [{ id: 'way', type: 'switch', params }, echoNode('left'), echoNode('right')],
    edges: [
      { from: 'way', to: 'left', action: 'l' },
      { from: 'way', to: 'right', action: 'r' },
    ],
  });
  const cases = { yes: 'l', true: 'l', 7: 'l', null: 'l', no: 'r' };

  test.each([
    ['yes', 'left'],
    [true, 'left'],
    [7, 'left'],
    [null, 'left'],
    ['no', 'right'],
    ['else', 'right'],
  ])('compares %j as text', async (v, lastNode) => {
    const bench = nestedBench({ 'w.json': workflow({ value: '${v}', cases, default: 'r' }) });
    const outcome = await bench.run('w.json', { inputs: { v } });
    expect([outcome.status, outcome.lastNode, outcome.warnings]).toEqual(['success', lastNode, []]);
  });

  test('without a default fails for any other value, and names the cases', async () => {
    const bench = nestedBench({ 'w.json': workflow({ value: '${v}', cases }) });
    const { error } = await bench.run('w.json', { inputs: { v: 'else' } });
    expect(error?.message).toBe('node "way": no case for "else"');
    expect(error?.details).toEqual(['cases: 7, yes, true, null, no']);
  });

  test('refuses an edge that no case leads to', async () => {
    const bench = nestedBench({ 'w.json': workflow({ value: '${v}', cases: { yes: 'l', no: 'right' } }) });
    expect((await bench.problemsOf('w.json')).join('\n')).toContain(
      '"way" returns l, right, error, never "r"',
    );
  });
});

test('shell maps exit codes to actions, and code calls next', async () => {
  const edges = [
    { from: 'sh', to: 'code', action: 'none' },
    { from: 'code', to: 'end', action: 'again' },
  ];
  const shell = { id: 'sh', type: 'shell', params: { command: 'exit 1', actions: { 1: 'none' } } };
  const code = (actions: string[]): object => ({
    id: 'code',
    type: 'code',
    params: { code: 'next("again"); return 5', actions },
  });
  const bench = nestedBench({
    'w.json': {
      nodes: [shell, code(['again']), echoNode('end')],
      edges,
      outputs: { n: { source: '${code.result}' } },
    },
    'undeclared.json': { nodes: [shell, code([])], edges: edges.slice(0, 1) },
  });
  const outcome = await bench.run('w.json');
  expect([outcome.status, outcome.lastNode, outcome.output?.result]).toEqual(['success', 'end', { n: 5 }]);
  const { error } = await bench.run('undeclared.json');
  expect(error?.message).toContain('next("again"), which its "actions" do not declare');
});

const FIND = `export default ({ defineNodeType, next, z }) => defineNodeType({
  type: 'find',
  summary: 'Finds a word in a text.',
  params: z.strictObject({ text: z.string().describe('text'), word: z.string().describe('word') }),
  outputs: z.object({ at: z.int().describe('position') }),
  example: { text: 'a', word: 'a' },
  actions: () => ['default', 'absent'],
  exec({ text, word }) {
    const at = text.indexOf(word);
    return at < 0 ? next(text === '' ? 'empty' : 'absent', { at }) : { at };
  },
});`;

test('a type of a module declares actions, and an edge for any other is refused', async () => {
  const found = (action: string): object => ({
    inputs: { text: {} },
    nodes: [
      { id: 'find', type: 'find', params: { text: '${text}', word: 'x' } },
      echoNode('there'),
      echoNode('not'),
    ],
    edges: [
      { from: 'find', to: 'there' },
      { from: 'find', to: 'not', action },
    ],
  });
  const bench = nestedBench({ 'find.mjs': FIND, 'w.json': found('absent'), 'wrong.json': found('abscent') });
  const run = async (text: string): Promise<unknown> => {
    const { lastNode, error, warnings } = await bench.run('w.json', {
      ...{ inputs: { text }, nodes: ['./find.mjs'] },
    });
    return [lastNode, error?.message, warnings];
  };
  expect(await run('a x')).toEqual(['there', undefined, []]);
  expect(await run('a')).toEqual(['not', undefined, []]);
  expect(await run('')).toEqual([
    undefined,
    'node "find": it returned the action "empty", which its type does not declare',
    [],
  ]);
  const problems = await bench
    .run('wrong.json', { inputs: { text: 'a' }, nodes: ['./find.mjs'] })
    .catch((error: unknown) => (error as PflowError).details);
  expect(problems).toContain(
    'edges[1].action: "find" returns default, absent, error, never "abscent"; did you mean "absent"?',
  );
});

describe('loop', () => {
  const count = (loop: object, more: object = {}): object => ({
    id: 'add',
    type: 'workflow',
    params: { workflow: 'add.json', inputs: { n: 0 } },
    loop,
    ...more,
  });
  const files = {
    'add.json': {
      inputs: { n: { type: 'integer' } },
      nodes: [{ id: 'c', type: 'code', params: { code: 'return inputs.n + 1', inputs: { n: '${n}' } } }],
      outputs: { n: { source: '${c.result}' } },
    },
  };

  test('carries values over, stops at its condition or its limit, and records each iteration as a visit', async () => {
    const carry = { n: '${add.n}' };
    const bench = nestedBench({
      ...files,
      'three.json': { nodes: [count({ until: 'no', carry })] },
      'w.json': {
        inputs: { more: { type: 'boolean', default: true } },
        nodes: [count({ while: '${more}', carry, max_iterations: 3 })],
        outputs: { all: { source: '${add}' } },
      },
    });
    const run = await bench.record('w.json');
    expect(run.outcome.output?.result).toEqual({
      all: { n: 3, iterations: 3, loop_stopped: 'max_iterations' },
    });
    const steps = run.project(createSteps({ pricing: testPricing() }));
    expect(steps.map(({ node_id, visits }) => [node_id, visits])).toEqual([
      ['add', 3],
      ['add/c', 3],
    ]);
    expect(run.project(partners).findings).toEqual([]);
    expect((await bench.problemsOf('three.json')).join()).toContain('contains no template');
  });

  test('what an iteration does not write is gone before the condition is read', async () => {
    const bench = nestedBench({
      'once.json': {
        inputs: { n: { type: 'integer' } },
        nodes: [
          { id: 'way', type: 'switch', params: { value: '${n}', cases: { '0': 'on' }, default: 'end' } },
          echoNode('yes'),
          echoNode('end'),
        ],
        edges: [
          { from: 'way', to: 'yes', action: 'on' },
          { from: 'way', to: 'end', action: 'end' },
        ],
        outputs: { first: { source: '${yes.echo}' } },
      },
      'w.json': {
        nodes: [
          {
            id: 'once',
            type: 'workflow',
            params: { workflow: 'once.json', inputs: { n: 0 } },
            loop: { while: '${once.first ?? "no"}', carry: { n: 1 }, max_iterations: 5 },
          },
        ],
        outputs: { once: { source: '${once}' } },
      },
    });
    const { output } = await bench.run('w.json');
    expect(output?.result).toEqual({ once: { iterations: 2, loop_stopped: 'condition' } });
  });

  test('a carried text with "${" in it stays a text, and a condition that is not a boolean fails', async () => {
    const bench = nestedBench({
      'w.json': {
        inputs: { text: { type: 'string' } },
        nodes: [
          {
            id: 'e',
            type: 'echo',
            params: { message: 'first', data: '${text}' },
            loop: { until: '${e.iterations}', carry: { message: '${e.data}' }, max_iterations: 2 },
          },
        ],
        outputs: { e: { source: '${e}' } },
      },
      'wrong.json': { nodes: [{ ...echoNode('e'), loop: { until: '${e.echo}' } }] },
    });
    const { output } = await bench.run('w.json', { inputs: { text: '${e.data} $${x}' } });
    expect(output?.result).toEqual({
      e: { echo: 'first', data: '${e.data} $${x}', iterations: 1, loop_stopped: 'condition' },
    });
    const { error } = await bench.run('wrong.json');
    expect(error?.message).toContain('loop.until of node "e" is the text "e", neither true nor false');
  });
});

test('a condition or a list whose template finds nothing is named by its key', async () => {
  const looped = { ...echoNode('a'), loop: { until: '${a.data.done}' } };
  const batched = { ...echoNode('a'), batch: { items: '${list.echo.rows}' } };
  const bench = nestedBench({
    'loop.json': { nodes: [looped] },
    'batch.json': { nodes: [echoNode('list'), batched] },
  });
  const messages = await Promise.all(
    ['loop.json', 'batch.json'].map(async (name) => (await bench.run(name)).error?.message),
  );
  expect(messages).toEqual([
    'node "a", param "loop.until": ${a.data.done} does not exist',
    'node "a", param "batch.items": ${list.echo.rows} does not exist',
  ]);
});

describe('approval', () => {
  const files = {
    'w.json': {
      nodes: [
        echoNode('before'),
        { ...echoNode('deploy'), approval: 'required' },
        echoNode('after'),
        echoNode('rescue'),
      ],
      edges: [
        { from: 'before', to: 'deploy' },
        { from: 'deploy', to: 'after' },
        { from: 'deploy', to: 'rescue', action: 'error' },
      ],
    },
    'nested.json': { nodes: [nestedNode('c', 'child.json', '${item}', { batch: { items: [1, 2] } })] },
    'continue.json': {
      nodes: [
        nestedNode('c', 'child.json', '${item}', { batch: { items: [1, 2], error_handling: 'continue' } }),
      ],
    },
    'child.json': {
      inputs: { x: {} },
      nodes: [{ id: 'go', type: 'echo', params: { data: '${x}' }, approval: 'required' }],
      outputs: { x: { source: '${go.data}' } },
    },
  };

  test.each(['w.json', 'nested.json', 'continue.json'])(
    'without a terminal pauses %s, and the log is whole',
    async (file) => {
      const run = await nestedBench(files).record(file);
      const node = file === 'w.json' ? 'deploy' : 'c/go';
      expect([run.outcome.status, run.outcome.error?.code, run.outcome.error?.node_id]).toEqual([
        'paused',
        'APPROVAL_REQUIRED',
        node,
      ]);
      const waiting = run.events.flatMap((event) =>
        event.type === 'node.approval' ? [[event.node, event.data]] : [],
      );
      expect(waiting).toEqual([[node, { decision: 'waiting' }]]);
      expect(run.events.filter(({ type }) => type === 'node.failed')).toEqual([]);
      expect(run.project(partners).findings).toEqual([]);
      const pricing = testPricing();
      expect(run.project(createMetrics({ pricing })).status).toBe('paused');
      const steps = run.project(createSteps({ pricing }));
      expect(steps.find(({ node_id }) => node_id === node)?.status).toBe('paused');
    },
  );

  test('beforehand lets the node run, and a node that needs none cannot be approved', async () => {
    const bench = nestedBench(files);
    expect((await bench.run('w.json', { approve: ['deploy'] })).lastNode).toBe('after');
    const { status } = await bench.run('nested.json', { approve: ['c/go'] });
    expect(status).toBe('success');
    const error: unknown = await bench
      .run('w.json', { approve: ['deply'] })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'USAGE', hint: 'Did you mean deploy?' });
  });
});
