// Invariant: the arguments of a tool are checked against its schema before the run, as far as they are known, and its
// effect is what its annotations state.
import { describe, expect, test } from 'vitest';
import { createToolType, type ToolDescription } from '../../src/nodes/mcp/tool-type.ts';
import type { ToolCall } from '../../src/nodes/mcp/tool-caller.ts';
import { findRisks } from '../../src/workflow/risks.ts';
import { assertValid, validateWorkflow } from '../../src/workflow/validate.ts';
import { runNode } from '../support/run-node.ts';

const INPUT = {
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 1 },
    depth: { type: 'integer', minimum: 1 },
    mode: { $ref: '#/$defs/mode' },
    filters: {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    },
  },
  required: ['path'],
  $defs: { mode: { enum: ['fast', 'deep'], description: 'how' } },
};

function toolType(tool: Partial<ToolDescription> = {}): ReturnType<typeof createToolType> {
  const described = { name: 'search', input_schema: INPUT, ...tool };
  return createToolType({ type: 'mcp-files-search', server: 'files', tool: described });
}

function problemsOf(params: Record<string, unknown>, tool: Partial<ToolDescription> = {}): readonly string[] {
  const registry = new Map([['mcp-files-search', toolType(tool)]]);
  const workflow = {
    inputs: { given: { type: 'string', default: '' } },
    nodes: [{ id: 'n', type: 'mcp-files-search', params }],
  };
  return validateWorkflow(workflow, { registry })
    .filter(({ path }) => path.startsWith('nodes'))
    .map(({ path, message, suggestion = '' }) => `${path}: ${message} ${suggestion}`.trim());
}

describe('arguments', () => {
  test.each([
    [{ path: 'a', depth: 2, mode: 'deep', filters: [{ name: 'x' }] }, []],
    [{}, ['nodes[0].params: mcp-files-search needs the param "path"']],
    [{ path: '${given}', depth: '${given}' }, []],
    [{ path: '${given}', depth: 0 }, ['nodes[0].params.depth: must be >= 1']],
    [{ path: 'a', depth: 'two' }, ['nodes[0].params.depth: must be integer']],
    [{ path: 'a', mode: 'slow' }, ['nodes[0].params.mode: must be one of "fast", "deep"']],
    [
      { path: 'a', filters: [{ nam: 'x' }] },
      ["nodes[0].params.filters[0]: must have required property 'name'"],
    ],
    [
      { pth: 'a', path: 'b' },
      [
        'nodes[0].params.pth: unknown param "pth" of mcp-files-search; available: path, depth, mode, filters did you mean "path"?',
      ],
    ],
  ])('%j: %j', (params, expected) => {
    expect(problemsOf(params)).toEqual(expected);
  });

  test('that no schema lists are accepted only where it permits them', () => {
    const open = { ...INPUT, additionalProperties: { type: 'string' } };
    expect(problemsOf({ path: 'a', extra: 'text' }, { input_schema: open })).toEqual([]);
    expect(problemsOf({ path: 'a', extra: 1 }, { input_schema: open })).toEqual([
      'nodes[0].params.extra: must be string',
    ]);
    expect(problemsOf({ anything: 1 }, { input_schema: { type: 'object' } })).toEqual([]);
  });

  test('that exclude each other are reported', () => {
    const either = { ...INPUT, required: [], oneOf: [{ required: ['path'] }, { required: ['depth'] }] };
    expect(problemsOf({ path: 'a' }, { input_schema: either })).toEqual([]);
    expect(problemsOf({ path: 'a', depth: 1 }, { input_schema: either })).toHaveLength(1);
  });

  test('are left to the server where their schema is not valid, or refers to itself', () => {
    const broken = { type: 'object', properties: { path: { type: 'strin' } } };
    expect(problemsOf({ path: 1 }, { input_schema: broken })).toEqual([]);
    const tree = {
      type: 'object',
      properties: { node: { $ref: '#/$defs/node' } },
      $defs: { node: { type: 'object', properties: { child: { $ref: '#/$defs/node' } } } },
    };
    expect(problemsOf({ node: { child: { child: {} } } }, { input_schema: tree })).toEqual([]);
    expect(problemsOf({ node: { child: 'x' } }, { input_schema: tree })).toEqual([
      'nodes[0].params.node.child: must be object',
    ]);
  });

  test('reach the server as they are, with all digits', async () => {
    const calls: ToolCall[] = [];
    const tools = {
      call: (call: ToolCall) => {
        calls.push(call);
        return Promise.resolve({ result: 'found', attachments: [] });
      },
    };
    const given = { path: 'a', depth: 12345678901234567890n };
    const { shared } = await runNode(toolType(), given, { context: { tools } });
    expect(shared).toEqual({ result: 'found', attachments: [] });
    expect(calls).toEqual([{ server: 'files', tool: 'search', arguments: given, isReading: false }]);
  });

  test('are compared with all digits of their limits', () => {
    const limited = (schema: object): ((n: bigint) => readonly string[]) => {
      const input_schema = { type: 'object', properties: { n: { type: 'integer', ...schema } } };
      return (n) => problemsOf({ n }, { input_schema });
    };
    const most = limited({ maximum: 9007199254740993n });
    expect(most(9007199254740993n)).toEqual([]);
    expect(most(9007199254740994n)).toEqual(['nodes[0].params.n: must be <= 9007199254740993']);
    const listed = limited({ enum: [9007199254740993n, 1] });
    expect(listed(9007199254740993n)).toEqual([]);
    expect(listed(9007199254740992n)).toEqual(['nodes[0].params.n: must be one of 9007199254740993, 1']);
  });

  test('that are wrong when the node runs never reach the server', async () => {
    const { error } = await runNode(toolType(), { path: '' });
    expect(error).toMatchObject({ code: 'NODE_PARAMS_INVALID' });
  });
});

describe('the effect', () => {
  test.each([
    [undefined, 'unknown'],
    [{ readOnlyHint: false }, 'unknown'],
    [{ readOnlyHint: true, openWorldHint: false }, undefined],
    [{ readOnlyHint: true }, 'sends'],
  ])('with the annotations %j counts as %s where a secret goes to the tool', (annotations, effect) => {
    const registry = new Map([['mcp-files-search', toolType({ annotations })]]);
    const workflow = assertValid(
      { inputs: { key: {} }, nodes: [{ id: 'n', type: 'mcp-files-search', params: { path: '${key}' } }] },
      { registry },
    );
    const risks = findRisks(workflow, { registry, privateInputs: new Set(['key']) });
    expect(risks.map((risk) => risk.effect)).toEqual(effect === undefined ? [] : [effect]);
  });
});

test('the summary is the first sentence of a description', () => {
  expect(toolType({ description: 'Finds files. Use it\nwisely.\n\nLong text.' }).summary).toBe(
    'Finds files.',
  );
  expect(toolType({ description: '' }).summary).toBe('Calls the tool search.');
  expect(toolType({ description: 'x'.repeat(1000) }).summary).toHaveLength(201);
});
