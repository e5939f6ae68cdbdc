// Tests that the JSON Schema of workflows flags what validation flags. JSON Schema knows no relation between keys, so
// the rules about relations are listed here with a workflow that breaks each of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { workflowJsonSchema } from '../../src/workflow/json-schema.ts';
import type { ProblemCode } from '../../src/workflow/problem.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { ROOT } from '../support/root.ts';

const registry = await loadNodeTypes(NODE_TYPE_NAMES);
const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(workflowJsonSchema(registry));

const echo = { id: 'a', type: 'echo', params: { message: 'x' } };
const shell = (command: unknown): object => ({ id: 'a', type: 'shell', params: { command } });

function workflowsIn(
  folder: string,
  select: (file: unknown) => unknown = (file) => file,
): [string, unknown][] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, select(JSON.parse(readFileSync(join(ROOT, folder, name), 'utf8')))]);
}

interface Case {
  readonly expected: { readonly workflow: unknown };
}

describe('accepts what validation accepts', () => {
  const own = workflowsIn('fixtures/workflows').filter(([, file]) => !JSON.stringify(file).includes('"x-'));
  const planned = workflowsIn('bench/planner/sentences', (file) => (file as Case).expected.workflow);
  const [, , tutorial = ''] =
    /```json\n([\s\S]*?)```[\s\S]*?```json\n([\s\S]*?)```/u.exec(
      readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8'),
    ) ?? [];

  test.each([...own, ...planned])('%s', (_name, workflow) => {
    const problems = validateWorkflow(workflow, { registry });
    // Types of other modules and of MCP servers are in the schema that a user prints.
    if (problems.some(({ message }) => message.startsWith('unknown type'))) return;
    expect([accepts(workflow), problems]).toEqual([true, []]);
  });

  test('the workflow of the tutorial, but for its tool', () => {
    const workflow: unknown = JSON.parse(tutorial);
    accepts(workflow);
    expect(accepts.errors?.map(({ keyword, instancePath }) => [keyword, instancePath])).toEqual([
      ['enum', '/nodes/6/type'],
    ]);
  });
});

/** What the schema can see: the form of the file, names of keys, types and params. */
const SEEN: readonly [ProblemCode | undefined, string, unknown][] = [
  [undefined, 'no nodes', { nodes: [] }],
  [undefined, 'a list', []],
  [undefined, 'an unknown key', { nodes: [echo], node: [] }],
  [undefined, 'a wrong id', { nodes: [{ ...echo, id: 'a b' }] }],
  [undefined, 'an input of an unknown type', { inputs: { x: { type: 'text' } }, nodes: [echo] }],
  [undefined, 'an output without a source', { nodes: [echo], outputs: { x: {} } }],
  [undefined, 'a batch of a number', { nodes: [{ ...echo, batch: { items: 7 } }] }],
  [
    undefined,
    'a loop of 0 iterations',
    { nodes: [{ ...echo, loop: { until: '${a.echo}', max_iterations: 0 } }] },
  ],
  [undefined, 'another approval', { nodes: [{ ...echo, approval: true }] }],
  [undefined, 'an edge without an end', { nodes: [echo], edges: [{ from: 'a' }] }],
  ['PARAM_INVALID', 'an unknown type', { nodes: [{ ...echo, type: 'ehco' }] }],
  ['PARAM_INVALID', 'an unknown param', { nodes: [{ ...echo, params: { mesage: 'x' } }] }],
  ['PARAM_INVALID', 'a missing param', { nodes: [{ ...shell('x'), params: {} }] }],
  ['PARAM_INVALID', 'a param of another type', { nodes: [shell(7)] }],
  [
    'PARAM_INVALID',
    'a wrong exit code',
    { nodes: [{ id: 'a', type: 'shell', params: { command: 'x', ok_exit_codes: [256] } }] },
  ],
];

/** What it cannot see: relations between keys, templates and commands. `NESTED_INVALID` is about other files. */
const UNSEEN: readonly [ProblemCode, string, unknown][] = [
  ['NAME_INVALID', 'an id twice', { nodes: [echo, echo] }],
  [
    'INPUT_INVALID',
    'a default of another type',
    { inputs: { x: { type: 'number', default: 'y' } }, nodes: [{ ...echo, params: { message: '${x}' } }] },
  ],
  [
    'PARAM_INVALID',
    'code that is not JavaScript',
    { nodes: [{ id: 'a', type: 'code', params: { code: 'return {' } }] },
  ],
  ['BATCH_INVALID', 'an item that hides a node', { nodes: [{ ...echo, batch: { items: [1], as: 'a' } }] }],
  ['LOOP_INVALID', 'a loop without a condition', { nodes: [{ ...echo, loop: {} }] }],
  ['EDGE_INVALID', 'an edge to nowhere', { nodes: [echo], edges: [{ from: 'a', to: 'b' }] }],
  [
    'PATH_INVALID',
    'a cycle without an exit',
    {
      nodes: [echo, { ...echo, id: 'b' }],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    },
  ],
  [
    'REFERENCE_UNKNOWN',
    'a template that names nothing',
    { nodes: [{ ...echo, params: { message: '${b.c}' } }] },
  ],
  ['COMMAND_UNSAFE', 'a value that becomes code', { inputs: { x: {} }, nodes: [shell('eval "${x}"')] }],
  ['OUTPUT_INVALID', 'an output without a template', { nodes: [echo], outputs: { x: { source: 'a.echo' } } }],
];

test.each(SEEN)('%s: %s is flagged by both', (code, _name, workflow) => {
  const problems = validateWorkflow(workflow, { registry });
  expect([accepts(workflow), problems.length > 0, problems[0]?.code]).toEqual([false, true, code]);
});

test.each(UNSEEN)('%s: %s is flagged by validation alone', (code, _name, workflow) => {
  const problems = validateWorkflow(workflow, { registry });
  expect([accepts(workflow), problems.map((problem) => problem.code)]).toEqual([true, [code]]);
});
