// Tests that the JSON Schema of workflows flags what validation flags. JSON Schema knows no relation between parts of a
// file that are apart, so the rules about those are listed here with a workflow that breaks each of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { importWorkflow } from '../../src/importer/import-workflow.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { workflowJsonSchema } from '../../src/workflow/json-schema.ts';
import type { ProblemCode } from '../../src/workflow/problem.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { ROOT } from '../support/root.ts';

const registry = await loadNodeTypes(NODE_TYPE_NAMES);
const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(workflowJsonSchema(registry));

const echo = { id: 'a', type: 'echo', params: { message: 'x' } };
const toB = { from: 'a', to: 'b' };
const message = (text: string, more: object = {}): object => ({
  nodes: [{ ...echo, params: { message: text, ...more } }],
});
const withInput = (spec: object): object => ({ inputs: { x: spec }, ...message('${x}') });
const looped = (loop: object): object => ({ nodes: [{ ...echo, loop }] });
const nested = (params: object): object => ({ nodes: [{ id: 'a', type: 'workflow', params }] });
const switchOf = (cases: object): object => ({ type: 'switch', params: { value: 'x', cases } });
const answered = (schema: object): object => ({
  nodes: [{ id: 'a', type: 'llm', params: { model: 'm', prompt: 'x', output_schema: schema } }],
});
const shell = (command: unknown): object => ({ id: 'a', type: 'shell', params: { command } });

function workflowsIn(
  folder: string,
  select: (file: unknown) => unknown = (file) => file,
): [string, unknown][] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, select(JSON.parse(readFileSync(join(ROOT, folder, name), 'utf8')))]);
}

/** The JSON workflows of a page. */
function workflowsOfPage(page: string): [string, unknown][] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/^```json\n([\s\S]*?)^```$/gmu)].flatMap(([, block = '']) =>
    /^\{[^]*"nodes": \[/u.test(block) ? [[page, JSON.parse(block) as unknown]] : [],
  );
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

  const documented = ['workflows.md', 'choosing-the-way.md', 'nested-workflows.md'].flatMap(workflowsOfPage);
  const imported = readdirSync(join(ROOT, 'fixtures/import'));

  test('pages have workflows', () => {
    expect(documented.map(([page]) => page)).toEqual([
      'workflows.md',
      'choosing-the-way.md',
      'nested-workflows.md',
    ]);
  });

  test.each(imported)('%s, imported', async (name) => {
    const text = readFileSync(join(ROOT, 'fixtures/import', name), 'utf8');
    const { ir } = await importWorkflow({
      ...{ text, file: name },
      loadTypes: () => Promise.resolve(registry),
      isJavaScript: (code) => !String(code).includes('result: int'),
    });
    expect([accepts(ir), accepts.errors]).toEqual([true, null]);
  });

  test.each([...own, ...planned, ...documented])('%s', (_name, workflow) => {
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

test('a schema for an answer may have templates in its parts', () => {
  const schemas = [
    { type: '${x}' },
    { type: 'object', properties: { a: '${x}', b: { type: ['string', 'null'] } }, required: ['a'] },
    { items: [{ type: 'string' }], additionalProperties: false, $defs: {} },
  ];
  const workflows = schemas.map((one) => ({ inputs: { x: { default: 'string' } }, ...answered(one) }));
  expect(workflows.map((one) => accepts(one))).toEqual([true, true, true]);
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
  [undefined, 'an output of a number', { nodes: [echo], outputs: { x: { source: 7 } } }],
  ['NAME_INVALID', 'the same node twice', { nodes: [echo, echo] }],
  ['EDGE_INVALID', 'the same edge twice', { nodes: [echo, { ...echo, id: 'b' }], edges: [toB, toB] }],
  ['INPUT_INVALID', 'a default of another type', withInput({ type: 'number', default: 'y' })],
  ['INPUT_INVALID', 'an integer with a fraction', withInput({ type: 'integer', default: 1.5 })],
  [
    'INPUT_INVALID',
    'null where a value is required',
    withInput({ type: 'string', required: true, default: null }),
  ],
  ['PARAM_INVALID', 'a nested workflow from nowhere', nested({})],
  [
    'PARAM_INVALID',
    'a nested workflow from two places',
    nested({ workflow: 'x.json', ir: { nodes: [echo] } }),
  ],
  ['PARAM_INVALID', 'a switch without a case', { nodes: [{ ...echo, ...switchOf({}) }] }],
  [
    'PARAM_INVALID',
    'the home folder of another user',
    { nodes: [{ id: 'a', type: 'read-file', params: { file_path: '~bob/x' } }] },
  ],
  ['BATCH_INVALID', 'a batch of words', { nodes: [{ ...echo, batch: { items: 'a, b' } }] }],
  ['BATCH_INVALID', 'a batch of a list that is cut off', { nodes: [{ ...echo, batch: { items: '[1, 2' } }] }],
  ['LOOP_INVALID', 'a loop without a condition', looped({})],
  ['LOOP_INVALID', 'a loop with two conditions', looped({ until: '${a.echo}', while: '${a.echo}' })],
  ['LOOP_INVALID', 'a condition that never changes', looped({ until: 'true' })],
  [
    'LOOP_INVALID',
    'an unknown param that is carried',
    looped({ until: '${a.echo}', carry: { mesage: 'x' } }),
  ],
  [
    'LOOP_INVALID',
    'a command that is carried',
    { nodes: [{ ...shell('x'), loop: { until: '${a.stdout}', carry: { command: 'y' } } }] },
  ],
  [
    'LOOP_INVALID',
    'a batch in a loop',
    { nodes: [{ ...echo, batch: { items: [1] }, loop: { until: '${a.count}' } }] },
  ],
  ['REFERENCE_UNKNOWN', 'a template that is not closed', message('${a.echo')],
  ['REFERENCE_UNKNOWN', 'an empty template', message('x ${} y')],
  ['REFERENCE_UNKNOWN', 'two words in a template', message('${a b}')],
  ['REFERENCE_UNKNOWN', 'an unknown filter', message('${a | yaml}')],
  ['REFERENCE_UNKNOWN', 'a malformed template inside of a value', message('x', { data: [{ x: '${a.}' }] })],
  ['COMMAND_UNSAFE', 'a filter that is for commands', { inputs: { x: {} }, ...message('${x | raw}') }],
  [
    'PARAM_INVALID',
    'an address of another kind',
    { nodes: [{ id: 'a', type: 'http', params: { url: 'example.com/x' } }] },
  ],
  ['PARAM_INVALID', 'an unknown type in a schema', answered({ type: 'strng' })],
  [
    'PARAM_INVALID',
    'an unknown type deep in a schema',
    answered({ type: 'object', properties: { a: { type: 'array', items: { type: ['text'] } } } }),
  ],
  ['PARAM_INVALID', 'a schema that is a list', answered({ properties: { a: [] } })],
  ['PARAM_INVALID', 'a schema without a list of names', answered({ type: 'object', required: 'a' })],
  ['PARAM_INVALID', 'one schema in the place of several', answered({ anyOf: { type: 'string' } })],
  ['OUTPUT_INVALID', 'an output without a template', { nodes: [echo], outputs: { x: { source: 'a.echo' } } }],
];

test('what is in a nested workflow is seen', () => {
  const inner = [{ nodes: [] }, { nodes: [{ ...echo, type: 'ehco' }] }, { nodes: [echo], foo: 1 }];
  expect(inner.map((ir) => accepts(nested({ ir })))).toEqual([false, false, false]);
  expect(accepts(nested({ ir: { nodes: [echo] } }))).toBe(true);
});

/** What it cannot see: relations between places, and programs. `NESTED_INVALID` is about other files. */
const UNSEEN: readonly [ProblemCode, string, unknown][] = [
  ['NAME_INVALID', 'an id twice', { nodes: [echo, { ...echo, purpose: 'again' }] }],
  ['NAME_INVALID', 'an id that is also an input', { inputs: { a: {} }, ...message('${a}') }],
  ['NAME_INVALID', 'a start that is not a node', { nodes: [echo], start_node: 'b' }],
  ['INPUT_INVALID', 'an input that is not used', { inputs: { x: {} }, nodes: [echo] }],
  [
    'INPUT_INVALID',
    'stdin for two inputs',
    { inputs: { x: { stdin: true }, y: { stdin: true } }, ...message('${x}${y}') },
  ],
  [
    'PARAM_INVALID',
    'code that is not JavaScript',
    { nodes: [{ id: 'a', type: 'code', params: { code: 'return {' } }] },
  ],
  ['BATCH_INVALID', 'an item that hides a node', { nodes: [{ ...echo, batch: { items: [1], as: 'a' } }] }],
  ['EDGE_INVALID', 'an edge to nowhere', { nodes: [echo], edges: [toB] }],
  [
    'EDGE_INVALID',
    'an action that no node returns',
    { nodes: [echo, { ...echo, id: 'b' }], edges: [toB, { ...toB, action: 'yes' }] },
  ],
  [
    'PATH_INVALID',
    'a cycle without an exit',
    { nodes: [echo, { ...echo, id: 'b' }], edges: [toB, { from: 'b', to: 'a' }] },
  ],
  ['REFERENCE_UNKNOWN', 'a template that names nothing', message('${b.c}')],
  ['COMMAND_UNSAFE', 'a value that becomes code', { inputs: { x: {} }, nodes: [shell('eval "${x}"')] }],
];

test.each(SEEN)('%s: %s is flagged by both', (code, _name, workflow) => {
  const problems = validateWorkflow(workflow, { registry });
  expect([accepts(workflow), problems.length > 0, problems[0]?.code]).toEqual([false, true, code]);
});

test.each(UNSEEN)('%s: %s is flagged by validation alone', (code, _name, workflow) => {
  const problems = validateWorkflow(workflow, { registry });
  expect([accepts(workflow), problems.map((problem) => problem.code)]).toEqual([true, [code]]);
});
