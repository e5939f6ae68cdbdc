// Workflows in the JSON of earlier versions are read, others stay as they are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadNodeTypes } from '../../src/nodes/registry.ts';
import { convertOldForm } from '../../src/workflow/old-form/convert-old-form.ts';
import { renameReferences } from '../../src/workflow/old-form/rename-references.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';

const TYPES = await loadNodeTypes(['echo', 'shell', 'http', 'llm', 'code', 'write-file']);
const ECHO = { id: 'a', type: 'echo', params: { message: 'x' } };

function convert(value: unknown): unknown {
  return convertOldForm(value, TYPES);
}

test('a time in seconds is not taken for one in milliseconds', () => {
  const old = {
    nodes: [
      { id: 'h', type: 'http', params: { url: 'http://x' } },
      { id: 'e', type: 'echo', params: { message: '${h.response_time}' } },
    ],
  };
  expect(convert(old)).toBe(old);
  expect(validateWorkflow(old, { registry: TYPES }).map(({ suggestion }) => suggestion)).toEqual([
    'did you mean ${h.response_time_ms}?',
  ]);
});

test('missing values that stayed as they were are answered with a default', () => {
  const old = { template_resolution_mode: 'permissive', nodes: [ECHO] };
  expect(validateWorkflow(old, { registry: TYPES }).map(({ suggestion }) => suggestion)).toEqual([
    'give what may be missing a default, as in ${a ?? "none"}',
  ]);
});

describe('is read', () => {
  test.each<readonly [string, object, object]>([
    ['any version', { ir_version: '1.0.0', nodes: [ECHO] }, { ir_version: '0.1.0', nodes: [ECHO] }],
    [
      'what never had a meaning',
      { mappings: { a: {} }, template_resolution_mode: 'strict', nodes: [ECHO] },
      { nodes: [ECHO] },
    ],
    [
      'types by their names in Python',
      {
        inputs: { s: { type: 'str' }, n: { type: 'any', default: 1 }, d: { type: 'dict' } },
        nodes: [ECHO],
        outputs: { o: { type: 'list', source: '${a.data}' } },
      },
      {
        inputs: { s: { type: 'string' }, n: { default: 1 }, d: { type: 'object' } },
        nodes: [ECHO],
        outputs: { o: { type: 'array', source: '${a.data}' } },
      },
    ],
    [
      'sources without braces',
      { nodes: [ECHO], outputs: { x: { source: 'a.echo' }, y: { source: '$a.data.k[0]' } } },
      { nodes: [ECHO], outputs: { x: { source: '${a.echo}' }, y: { source: '${a.data.k[0]}' } } },
    ],
    [
      'an output without a source: the last node that writes its key',
      { nodes: [ECHO, { ...ECHO, id: 'b' }], outputs: { echo: { type: 'string' }, other: {} } },
      {
        nodes: [ECHO, { ...ECHO, id: 'b' }],
        outputs: { echo: { source: '${b.echo}', type: 'string' }, other: {} },
      },
    ],
    [
      'params of another name',
      {
        nodes: [
          { id: 's', type: 'shell', params: { command: 'ls', timeout: 5, strip_newline: true } },
          {
            id: 'w',
            type: 'write-file',
            params: { file_path: 'x', content: 'AA==', content_is_binary: true },
          },
        ],
      },
      {
        nodes: [
          { id: 's', type: 'shell', params: { command: 'ls', timeout_s: 5 } },
          { id: 'w', type: 'write-file', params: { file_path: 'x', content: 'AA==', encoding: 'base64' } },
        ],
      },
    ],
    [
      'attempts of a batch, which are those of its node',
      { nodes: [{ ...ECHO, batch: { items: [1], max_retries: 3, retry_wait: 2 } }] },
      { nodes: [{ ...ECHO, batch: { items: [1] }, retry: { max: 3, wait_s: 2 } }] },
    ],
    [
      'outputs of a batch without a source',
      { nodes: [{ ...ECHO, batch: { items: [1] } }], outputs: { count: {}, echo: { source: 'a.results' } } },
      {
        nodes: [{ ...ECHO, batch: { items: [1] } }],
        outputs: { count: { source: '${a.count}' }, echo: { source: '${a.results}' } },
      },
    ],
    [
      'outputs of nested workflows without a source',
      {
        nodes: [
          { id: 'sub', type: 'workflow', params: { workflow_ref: 'c.json', output_mapping: { o: 'p' } } },
          { id: 'in', type: 'workflow', params: { workflow_ir: { nodes: [ECHO], outputs: { q: {} } } } },
        ],
        outputs: { p: {}, q: {} },
      },
      {
        nodes: [
          { id: 'sub', type: 'workflow', params: { workflow: 'c.json' } },
          { id: 'in', type: 'workflow', params: { ir: { nodes: [ECHO], outputs: { q: {} } } } },
        ],
        outputs: { p: { source: '${sub.o}' }, q: { source: '${in.q}' } },
      },
    ],
    [
      'a nested workflow, whose outputs were written under other names',
      {
        nodes: [
          {
            id: 'sub',
            type: 'workflow',
            params: {
              workflow_ref: './child.json',
              param_mapping: { who: '${name}' },
              output_mapping: { greeting: 'hello' },
              storage_mode: 'mapped',
              max_depth: 5,
            },
          },
          { id: 'e', type: 'echo', params: { message: '${hello} ${sub.hello} ${sub.greeting}' } },
        ],
      },
      {
        nodes: [
          { id: 'sub', type: 'workflow', params: { workflow: './child.json', inputs: { who: '${name}' } } },
          { id: 'e', type: 'echo', params: { message: '${sub.greeting} ${sub.greeting} ${sub.greeting}' } },
        ],
      },
    ],
  ])('%s', (_what, old, present) => {
    expect(convert(old)).toEqual(present);
    // Converting again changes nothing.
    expect(convert(present)).toBe(present);
  });
});

describe('stays as it is, so that validation reports it', () => {
  test.each<readonly [string, object]>([
    [
      'a storage mode that is lost',
      { nodes: [{ id: 's', type: 'workflow', params: { storage_mode: 'shared' } }] },
    ],
    ['a permissive resolution of templates', { template_resolution_mode: 'permissive', nodes: [ECHO] }],
    ['a source that names no node', { nodes: [ECHO], outputs: { x: { source: 'b.echo' } } }],
    ['a version that is none', { ir_version: 'latest', nodes: [ECHO] }],
    [
      'strip_newline that was turned off',
      { nodes: [{ id: 's', type: 'shell', params: { strip_newline: false } }] },
    ],
  ])('%s', (_what, value) => {
    expect(JSON.stringify(convert(value))).toBe(JSON.stringify(value));
    expect(validateWorkflow(convert(value), { registry: TYPES })).not.toEqual([]);
  });

  test('any JSON, and any present workflow by identity', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => convert(value) === value),
      { numRuns: 300 },
    );
    const present = { nodes: [ECHO], outputs: { x: { source: '${a.echo}' } } };
    expect(convert(present)).toBe(present);
  });
});

test('a rename changes whole references in expressions only', () => {
  const renames = [{ from: 'h.t', to: 'h.t_ms' }];
  expect(
    renameReferences('${h.t} ${h.t.x} ${a[${h.t}].y ?? h.t} ${h.tt} ${ah.t} ${h.t_ms} h.t', renames),
  ).toBe('${h.t_ms} ${h.t_ms.x} ${a[${h.t_ms}].y ?? h.t_ms} ${h.tt} ${ah.t} ${h.t_ms} h.t');
});
