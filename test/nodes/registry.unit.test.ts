import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { findTypeProblems } from '../../src/nodes/type-problems.ts';

/** Lists the imports of a source file and of its imports, with their kind. */
async function importsOf(entry: string): Promise<Record<string, readonly [path: string, kind: string][]>> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const files = Object.entries(metafile.inputs);
  return Object.fromEntries(
    files.map(([file, { imports }]) => [file, imports.map(({ path, kind }) => [path, kind])]),
  );
}

describe('the registry of node types', () => {
  it('has the built-in types', () => {
    expect(NODE_TYPE_NAMES).toEqual([
      'llm',
      'shell',
      'http',
      'read-file',
      'write-file',
      'copy-file',
      'move-file',
      'delete-file',
      'code',
      'echo',
      'switch',
      'workflow',
    ]);
  });

  it('returns each type under its own name', async () => {
    const types = await loadNodeTypes(NODE_TYPE_NAMES);
    expect([...types.keys()]).toEqual(NODE_TYPE_NAMES);
    expect([...types.values()].map((type) => type.type)).toEqual(NODE_TYPE_NAMES);
  });

  it('leaves out unknown names and returns each name once', async () => {
    const types = await loadNodeTypes(['echo', 'ecko', 'echo', 'toString']);
    expect([...types.keys()]).toEqual(['echo']);
  });

  it('has types without problems, each with a valid example', async () => {
    for (const type of (await loadNodeTypes(NODE_TYPE_NAMES)).values()) {
      expect([type.type, findTypeProblems(type)]).toEqual([type.type, []]);
      expect([type.type, type.params.safeParse(type.example).error?.issues]).toEqual([type.type, undefined]);
      const unknown = type.params.safeParse({ 'no such param': 1 }).error?.issues.map((issue) => issue.code);
      expect(unknown).toContain('unrecognized_keys');
    }
  });

  it('declares outputs that JSON Schema can express', async () => {
    for (const type of (await loadNodeTypes(NODE_TYPE_NAMES)).values()) {
      expect(Object.keys(z.toJSONSchema(type.outputs).properties ?? {})).toEqual(
        Object.keys(type.outputs.shape),
      );
    }
  });

  it('imports each type dynamically', async () => {
    const own = (await importsOf('src/nodes/registry.ts'))['src/nodes/registry.ts'];
    expect(own).toEqual(NODE_TYPE_NAMES.map((name) => [`src/nodes/${name}.ts`, 'dynamic-import']));
  });

  it('imports nothing for echo that only other types need', async () => {
    const imports = await importsOf('src/nodes/echo.ts');
    const outside = Object.values(imports)
      .flat()
      .filter(([path]) => !path.startsWith('src/'));
    expect([...new Set(outside.map(([path]) => path))]).toEqual(['zod']);
    expect(
      Object.keys(imports)
        .filter((file) => file.startsWith('src/nodes/'))
        .toSorted(),
    ).toEqual([
      'src/nodes/define-node-type.ts',
      'src/nodes/echo.ts',
      'src/nodes/exact-number.ts',
      'src/nodes/invalid-params-error.ts',
      'src/nodes/next-action.ts',
      'src/nodes/text-or-value.ts',
    ]);
  });
});
