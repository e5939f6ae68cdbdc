// The commands about node types, and custom node types from modules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { typeListSchema, typeSchema } from '../../src/cli/registry/type-document.ts';
import { NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { expectTextError, workbench, type Workbench } from '../support/workbench.ts';

const TEXT_NODES = join(FIXTURES, 'nodes/text-nodes.js');
const COUNT_WORDS = join(FIXTURES, 'workflows/count-words.json');

/** Returns the shortest valid module, with a node type of this name. */
function moduleOf(type: string, more = ''): string {
  return `export default ({ defineNodeType, z }) => defineNodeType({
    type: '${type}', summary: 'Does something.',
    params: z.strictObject({}), outputs: z.object({ ok: z.boolean().describe('True') }),
    exec: () => ({ ok: true }), ${more}
  });`;
}

function benchWith(module: string): Workbench {
  const bench = workbench();
  bench.write('own.mjs', module);
  bench.write('flow.json', { nodes: [{ id: 'a', type: 'own' }] });
  return bench;
}

describe('registry list', () => {
  test('shows every type with what it needs', async () => {
    const { stdout, stderr, code } = await workbench().run(['registry', 'list']);
    const lines = stdout.trimEnd().split('\n');
    expect([code, stderr, lines.length]).toEqual([0, '', NODE_TYPE_NAMES.length + 1]);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['type', ...NODE_TYPE_NAMES]);
    expect(lines[5]).toBe('write-file   content file_path         Writes a file, making missing folders.');
    expect(lines.filter((line) => line.includes('…'))).toEqual([]);
  });

  test('finds the types that contain all words in their name or descriptions', async () => {
    const { stdout } = await workbench().run(['registry', 'list', 'FILE', 'overwrite', '--json']);
    const { types } = typeListSchema.parse(JSON.parse(stdout));
    expect(types.map(({ type }) => type)).toEqual(['copy-file', 'move-file']);
    expect((await workbench().run(['registry', 'list', 'zebra'])).stdout).toBe(
      'no node type contains "zebra"\n',
    );
  });

  test('gives JSON Schemas, retries and an example of each', async () => {
    const { types } = typeListSchema.parse(
      JSON.parse((await workbench().run(['registry', 'list', '--json'])).stdout),
    );
    expect(types.map(({ type, module }) => [type, module])).toEqual(
      NODE_TYPE_NAMES.map((name) => [name, null]),
    );
    for (const { type, params, example } of types) {
      expect(params).toMatchObject({ type: 'object', additionalProperties: false });
      expect(example).toMatchObject({ id: type, type });
    }
  });
});

describe('registry describe', () => {
  test('prints the params of a type, required ones first, its outputs and a node to copy', async () => {
    expect((await workbench().run(['registry', 'describe', 'move-file'])).stdout).toBe(
      [
        'move-file  Moves or renames a file, making missing folders.',
        '',
        'params',
        '  source_path  string, required  Path of the existing file, relative to the folder of the run',
        '  dest_path    string, required  Path that the file will have, its name included; missing folders',
        '                                 are made',
        '  overwrite    boolean = false   Take the place of a file that is there; else that is a failure',
        '',
        'writes',
        '  moved        boolean  True once the file is at its new place',
        '  source_path  string   The old path, as it was given',
        '  dest_path    string   The new path, as it was given',
        '  error        string   What went wrong, if the node failed',
        '',
        'retry   one attempt',
        '',
        'example',
        '{',
        '  "id": "move-file",',
        '  "type": "move-file",',
        '  "params": {',
        '    "source_path": "inbox/${name}",',
        '    "dest_path": "done/${name}"',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
  });

  test('gives the JSON Schemas of the type', async () => {
    const document = typeSchema.parse(
      JSON.parse((await workbench().run(['registry', 'describe', 'llm', '--json'])).stdout),
    );
    expect(document.params['required']).toEqual(['prompt']);
    expect(document.retry).toEqual({ max: 3, wait_s: 1 });
  });

  test('suggests the nearest type for an unknown name', async () => {
    const lines = expectTextError(
      await workbench().run(['registry', 'describe', 'raed-file']),
      2,
      'NODE_TYPE_UNKNOWN',
    );
    expect(lines.at(-1)).toBe('  Did you mean read-file?');
  });
});

describe('custom types', () => {
  test('run, are checked and are described like the built-in ones', async () => {
    const bench = workbench();
    const text = bench.write('text.txt', 'one two\nthree\n');
    const nodes = ['--nodes', TEXT_NODES];
    expect(await bench.run(['run', COUNT_WORDS, `file=${text}`, ...nodes])).toMatchObject({
      code: 0,
      stdout: '3\n',
    });
    expect(await bench.run(['validate', COUNT_WORDS, ...nodes])).toMatchObject({ code: 0 });
    const list = await bench.run(['registry', 'list', 'words', ...nodes]);
    expect(list.stdout.split('\n')[1]).toMatch(/^word-count {2}text {3}Counts the words of a text\. {2}/u);
    expect((await bench.run(['registry', 'describe', 'word-count', ...nodes])).stdout).toContain(
      '  at_least  integer = 0       Fewer words than that are a failure\n',
    );
    bench.write('bad.json', {
      nodes: [
        { id: 'a', type: 'word-cuont' },
        { id: 'b', type: 'word-count', params: { txt: '' } },
      ],
    });
    expect(
      expectTextError(await bench.run(['validate', 'bad.json', ...nodes]), 2, 'WORKFLOW_INVALID').slice(1),
    ).toEqual([
      `  nodes[0].type: unknown type "word-cuont"; available: ${NODE_TYPE_NAMES.join(', ')}, word-count, to-lines; did you mean "word-count"?`,
      '  nodes[1].params.txt: unknown param "txt" of word-count; available: text, at_least; did you mean "text"?',
      '  nodes[1].params: word-count needs the param "text"',
    ]);
  });

  test('come from the settings for a type that is not built in', async () => {
    const bench = workbench();
    bench.write('.pflow/nodes/text.mjs', readFileSync(TEXT_NODES, 'utf8'));
    bench.write('.pflow/settings.json', { nodes: ['./nodes/text.mjs', './nodes/broken.mjs'] });
    bench.write('.pflow/nodes/broken.mjs', 'throw new Error("loaded on demand only")');
    bench.write('echo.json', { nodes: [{ id: 'a', type: 'echo' }] });
    expect(await bench.run(['echo.json'])).toMatchObject({ code: 0 });
    const run = await bench.run(['run', COUNT_WORDS, 'file=x']);
    expect(expectTextError(run, 2, 'NODE_MODULE_INVALID')[0]).toContain(
      'broken.mjs cannot be loaded: loaded on demand only',
    );
    bench.write('.pflow/settings.json', { nodes: ['./nodes/text.mjs'] });
    const file = bench.write('text.txt', 'one two');
    expect(await bench.run(['run', COUNT_WORDS, `file=${file}`])).toMatchObject({ code: 0, stdout: '2\n' });
  });

  test.each([
    [
      'an object',
      `const kit = [];\nexport const tools = 1;\nexport default (given) => ({ own: (${moduleOf('own').slice('export default '.length, -1)})(given) });`,
    ],
    [
      'a promise of a list',
      `const make = ${moduleOf('own').slice('export default '.length)}\nexport default async (kit) => [make(kit)];`,
    ],
  ])('may be exported as %s', async (_form, module) => {
    expect(await benchWith(module).run(['flow.json', '--nodes', 'own.mjs'])).toMatchObject({ code: 0 });
  });

  test('fail with NODE_FAILED when they throw', async () => {
    const bench = benchWith(moduleOf('own', `exec: () => { throw new TypeError('no luck'); }`));
    expect(expectTextError(await bench.run(['flow.json', '--nodes', 'own.mjs']), 1, 'NODE_FAILED')[0]).toBe(
      'error NODE_FAILED: node "a": no luck',
    );
  });
});

describe('an invalid module', () => {
  test.each([
    ['one that throws', 'throw new Error("broken inside")', 'own.mjs cannot be loaded: broken inside'],
    ['one that is not JavaScript', 'export default {', 'own.mjs cannot be loaded: Unexpected end of input'],
    [
      'one whose function throws',
      'export default () => { throw new Error("no") }',
      'own.mjs cannot be loaded: no',
    ],
    ['one that exports nothing', 'export const a = 1', 'own.mjs exports no node type'],
    ['one with a built-in name', moduleOf('echo'), 'own.mjs: "echo" is the name of a built-in type'],
    [
      'one with a bad name',
      moduleOf('My Node'),
      'own.mjs: "My Node" needs a name of small letters, digits and -, such as "word-count"',
    ],
    [
      'one with params of another library',
      moduleOf('own', 'params: { shape: {} }'),
      'own.mjs: "own" has params that are not a z.object of zod 4',
    ],
    [
      'one with an example that does not fit',
      moduleOf('own', 'example: { wrong: 1 }'),
      'own.mjs: "own" has an example with the unknown param "wrong"',
    ],
    [
      'one that gives a name twice',
      `${moduleOf('own')}\n`.replace('export default', 'const make =') +
        'export default (kit) => [make(kit), make(kit)];',
      'own.mjs exports two types "own"',
    ],
  ])('%s', async (_what, module, message) => {
    const lines = expectTextError(
      await benchWith(module).run(['flow.json', '--nodes', './own.mjs']),
      2,
      'NODE_MODULE_INVALID',
    );
    expect(lines[0]).toBe(`error NODE_MODULE_INVALID: ./${message}`);
  });

  test('is reported with all problems at once', async () => {
    const module = `export default ({ defineNodeType, z }) => defineNodeType({
      type: 'own', summary: ' ', params: z.object({ a: z.string(), b: z.date().describe('when') }),
      outputs: z.object({ c: z.string() }), exec: () => ({ c: '' }) });`;
    const lines = expectTextError(
      await benchWith(module).run(['flow.json', '--nodes', 'own.mjs']),
      2,
      'NODE_MODULE_INVALID',
    );
    expect(lines).toEqual([
      'error NODE_MODULE_INVALID: the node types of own.mjs have 5 problems',
      '  "own" has no summary',
      '  "own" has no description of its param "a": add .describe("…")',
      '  "own" has params that cannot be written as JSON Schema',
      '  "own" accepts any param: make its params with z.strictObject, so that a wrong one is found',
      '  "own" has no description of its output "c": add .describe("…")',
    ]);
  });

  test('that cannot import pflow gets the hint to export a function', async () => {
    const bench = benchWith("import { defineNodeType } from 'pflow';");
    expect(
      expectTextError(await bench.run(['flow.json', '--nodes', 'own.mjs']), 2, 'NODE_MODULE_INVALID')[1],
    ).toBe('  Export a default function instead; its argument is { defineNodeType, NodeFailure, next, z }.');
  });

  test('that does not exist is an error, even if no type of it is needed', async () => {
    const bench = workbench();
    bench.write('echo.json', { nodes: [{ id: 'a', type: 'echo' }] });
    expect(
      expectTextError(await bench.run(['echo.json', '--nodes', './none.js']), 2, 'FILE_NOT_FOUND')[0],
    ).toBe('error FILE_NOT_FOUND: the module ./none.js with node types does not exist');
  });
});
