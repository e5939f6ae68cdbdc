import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';
import { problemsOf } from './node-types.ts';

function errorOf(value: unknown): PflowError {
  try {
    parseWorkflow(JSON.stringify(value), 'wf.json');
  } catch (error) {
    if (error instanceof PflowError) return error;
  }
  throw new Error('no PflowError');
}

it('a small workflow gets its defaults', () => {
  const workflow = parseWorkflow(
    '{"nodes": [{"id": "a", "type": "print"}], "edges": [{"from": "a", "to": "a"}]}',
  );
  expect(workflow).toEqual({
    enable_namespacing: true,
    nodes: [{ id: 'a', type: 'print', params: {} }],
    edges: [{ from: 'a', to: 'a', action: 'default' }],
  });
});

it('every key of the file is kept', () => {
  const file = {
    ir_version: '0.1.0',
    name: 'all',
    description: 'd',
    inputs: {
      x: { type: 'integer', required: false, default: 3, description: 'd', stdin: true, secret: true },
      'y-2': {},
    },
    outputs: { o: { source: '${a.text}', description: 'd', type: 'string' } },
    start_node: 'a',
    enable_namespacing: false,
    max_cost_usd: 0.5,
    nodes: [
      {
        id: 'a',
        type: 'print',
        purpose: 'p',
        params: { x: [1, { y: null }] },
        retry: { max: 2, wait_s: 0 },
        timeout_s: 0.5,
      },
    ],
    edges: [{ from: 'a', to: 'b', action: 'error' }],
  };
  expect(parseWorkflow(JSON.stringify(file))).toEqual(file);
});

it('all problems are reported at once, each with its path and the nearest name', () => {
  const { code, message, path, details } = errorOf({
    nodez: [],
    inputs: { 'x y': {}, a: { type: 'strng' } },
    nodes: [
      { id: 1, type: 'print', parms: {} },
      { type: 'print', retry: { max: 0, wait: 1 } },
    ],
    edges: [{ source: 'a', to: 'b' }],
  });
  expect({ code, message, path }).toEqual({
    code: 'WORKFLOW_INVALID',
    message: 'wf.json has 10 problems',
    path: 'inputs["x y"]',
  });
  const nodeKeys = 'id, type, purpose, params, retry, timeout_s, batch, loop, approval';
  const keys =
    'ir_version, name, description, inputs, outputs, start_node, enable_namespacing, max_cost_usd, nodes, edges, $schema';
  expect(details).toEqual([
    'inputs["x y"]: the name "x y" takes letters, digits, _ and -, and must not look like __x__',
    'inputs.a.type: must be one of "string", "number", "integer", "boolean", "object", "array"; did you mean "string"?',
    'nodes[0].id: must be a string, is a number',
    `nodes[0].parms: unknown key "parms"; available: ${nodeKeys}; did you mean "params"?`,
    'nodes[1].id: "id" is missing',
    'nodes[1].retry.max: must be at least 1',
    'nodes[1].retry.wait: unknown key "wait"; available: max, wait_s; did you mean "wait_s"?',
    'edges[0].from: "from" is missing',
    'edges[0].source: unknown key "source"; available: from, to, action; did you mean "from"?',
    `nodez: unknown key "nodez"; available: ${keys}; did you mean "nodes"?`,
  ]);
});

describe('the schema refuses', () => {
  const node = { id: 'a', type: 'print' };
  const table: [string, unknown, string][] = [
    ['nothing', null, 'must be an object, is null'],
    ['a list', [], 'must be an object, is an array'],
    ['no nodes', {}, 'nodes: "nodes" is missing'],
    ['an empty list of nodes', { nodes: [] }, 'nodes: must have at least 1 item'],
    ['another version', { ir_version: '9', nodes: [node] }, 'ir_version: must be "0.1.0"'],
    ['an empty type', { nodes: [{ id: 'a', type: '' }] }, 'nodes[0].type: must have at least 1 character'],
    [
      'a fraction of an attempt',
      { nodes: [{ ...node, retry: { max: 1.5 } }] },
      'nodes[0].retry.max: must be a whole number, is a number with a fraction',
    ],
    ['no time at all', { nodes: [{ ...node, timeout_s: 0 }] }, 'nodes[0].timeout_s: must be more than 0'],
    [
      'more time than a timer has',
      { nodes: [{ ...node, timeout_s: 1e9 }] },
      'nodes[0].timeout_s: must be at most 2147483',
    ],
    [
      'a batch without items',
      { nodes: [{ ...node, batch: {} }] },
      'nodes[0].batch.items: "items" is missing',
    ],
    [
      'a system name',
      { nodes: [{ id: '__a__', type: 'print' }] },
      'nodes[0].id: takes letters, digits, _ and -, and must not look like __x__',
    ],
    [
      'a path as a name',
      { nodes: [{ id: 'a/b', type: 'print' }] },
      'nodes[0].id: takes letters, digits, _ and -, and must not look like __x__',
    ],
  ];
  it.each(table)('%s', (_what, value, line) => {
    expect(problemsOf(value)).toContain(line);
    expect(errorOf(value).details).toEqual([line]);
  });

  it('a key __proto__ at any depth', () => {
    const text = '{"nodes": [{"id": "a", "type": "print", "params": {"data": [{"__proto__": {"x": 1}}]}}]}';
    expect(problemsOf(JSON.parse(text))).toEqual([
      'nodes[0].params.data[0].__proto__: the key "__proto__" is not allowed',
    ]);
  });

  it('nesting deeper than the stack', () => {
    const deep = JSON.parse(`{"nodes": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`) as unknown;
    expect(problemsOf(deep)).toEqual(['nodes[0][0][0]: is nested deeper than 100 levels']);
  });
});
