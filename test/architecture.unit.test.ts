// Invariant: imports follow the direction of docs/architecture.md, which is here as a table, and form no cycle.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Rooms that each room may import, besides itself and `errors.ts`. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  values: [],
  events: [],
  usage: ['events', 'values'],
  projections: ['events', 'values', 'usage'],
  log: ['events', 'files', 'usage', 'values'],
  flow: ['values'],
  workflow: ['flow', 'values'],
  importer: ['workflow', 'values'],
  net: ['values'],
  files: [],
  models: ['events', 'files', 'net', 'usage', 'values'],
  nodes: ['files', 'flow', 'models', 'net', 'values'],
  mcp: ['flow', 'home', 'net', 'nodes', 'values', 'version'],
  wrappers: ['events', 'log', 'flow', 'workflow', 'models', 'usage', 'values'],
  planner: ['flow', 'workflow', 'models', 'values'],
  run: [
    ...['events', 'log', 'flow', 'workflow', 'nodes', 'models', 'net', 'wrappers', 'planner', 'values'],
    ...['projections', 'replay', 'home', 'mcp', 'version'],
  ],
  replay: ['events', 'log', 'projections', 'values', 'home', 'version'],
  engine: [
    ...['events', 'flow', 'home', 'log', 'models', 'net', 'projections', 'run', 'values', 'version'],
    ...['workflow', 'wrappers'],
  ],
  home: ['events', 'files', 'log', 'workflow', 'nodes', 'flow', 'projections', 'usage', 'values', 'net'],
  page: ['events', 'projections', 'values'],
  cli: [
    ...['events', 'log', 'flow', 'workflow', 'nodes', 'models', 'wrappers', 'run', 'planner', 'values'],
    ...['projections', 'replay', 'home', 'importer', 'mcp', 'net', 'page', 'engine', 'version', 'exit-codes'],
    'files',
  ],
  index: [
    'events',
    'log',
    'flow',
    'workflow',
    'nodes',
    'models',
    'planner',
    'run',
    'replay',
    'home',
    'exit-codes',
  ],
  prices: ['home', 'projections'],
  version: [],
  errors: [],
  'exit-codes': [],
};

/** Packages that a room may use; `node:` modules are `node`. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  values: [],
  events: ['zod'],
  usage: [],
  projections: ['zod', 'immer', 'big.js'],
  log: ['node', 'zod', 'immer', 'ndjson'],
  flow: ['zod'],
  workflow: ['zod'],
  importer: ['yaml'],
  files: ['node'],
  // Loaded for a request through a proxy only.
  net: ['node', 'undici'],
  models: [
    'node',
    'ai',
    '@ai-sdk/anthropic',
    '@ai-sdk/openai',
    '@ai-sdk/google',
    '@ai-sdk/openai-compatible',
    'ajv',
    'eventsource-parser',
  ],
  // The path of a module with node types is known at run time only.
  nodes: ['node', 'zod', 'ajv', 'write-file-atomic', '<computed>'],
  // An optional package, loaded for a call of a tool and for `pflow mcp serve` only.
  mcp: ['node', 'zod', '@modelcontextprotocol/sdk'],
  wrappers: ['node'],
  planner: ['zod'],
  run: ['node'],
  replay: ['node'],
  // Optional packages, loaded for runs in a database only.
  engine: ['node', 'zod', '@dbos-inc/dbos-sdk', 'pg'],
  home: ['node', 'zod'],
  page: ['preact', 'preact-render-to-string', 'zod'],
  // The SDK for its types only.
  // Parquet is loaded by `pflow export` only.
  cli: ['node', 'zod', 'commander', '@modelcontextprotocol/sdk', 'hyparquet', 'hyparquet-writer', 'pbf'],
  // The author of a node type needs the same zod as pflow.
  index: ['zod'],
  prices: [],
  version: [],
  errors: [],
  'exit-codes': [],
};

function roomOf(file: string): string {
  const [first = '', second = ''] = relative(ROOT, file).split('/');
  return first === 'src' ? second.replace(/\.ts$/u, '') : first;
}

/** Imports by text: several checks read the same files. */
const knownImports = new Map<string, readonly string[]>();

/** Lists every module that a text names: imports, type imports, re-exports, dynamic imports. */
function importsOf(text: string): readonly string[] {
  const known = knownImports.get(text) ?? findImports(text);
  knownImports.set(text, known);
  return known;
}

function findImports(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      found.push(target !== undefined && ts.isStringLiteral(target) ? target.text : '<computed>');
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push((node.argument.literal as ts.StringLiteral).text);
    }
    ts.forEachChild(node, visit);
  };
  const jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  visit(ts.createSourceFile('file.ts', text, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode }));
  return found;
}

function violations(file: string, text: string): string[] {
  const room = roomOf(file);
  return importsOf(text).flatMap((target) => {
    if (target.startsWith('.')) {
      const other = roomOf(resolve(dirname(file), target));
      const allowed = other === room || other === 'errors' || (MAY[room] ?? []).includes(other);
      return allowed ? [] : [`${relative(ROOT, file)} imports ${other}: ${target}`];
    }
    const name = target.startsWith('node:') ? 'node' : packageOf(target);
    return (PACKAGES[room] ?? []).includes(name)
      ? []
      : [`${relative(ROOT, file)} imports the package ${target}`];
  });
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/u.test(path) ? [path] : [];
  });
}

const files = [...sources(join(ROOT, 'src')), ...sources(join(ROOT, 'projections'))];

test('every room is in the table', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY) || !(room in PACKAGES))).toEqual([]);
});

test('every import follows the direction of the table', () => {
  expect(files.flatMap((file) => violations(file, readFileSync(file, 'utf8')))).toEqual([]);
});

describe('the check of imports finds a forbidden sample', () => {
  const inRoom = (room: string, text: string): string[] =>
    violations(join(ROOT, room, 'sample.ts'), text).map((line) => line.replace(/^.*sample\.ts /u, ''));

  test.each([
    [
      'projections',
      "import { readLog } from '../src/log/read/read-log.ts';",
      'imports log: ../src/log/read/read-log.ts',
    ],
    ['projections', "import type { Node } from '../src/flow/node.ts';", 'imports flow: ../src/flow/node.ts'],
    ['projections', "import { readFileSync } from 'node:fs';", 'imports the package node:fs'],
    [
      'src/events',
      "export { encodeLine } from '../log/line-encoder.ts';",
      'imports log: ../log/line-encoder.ts',
    ],
    ['src/nodes', "const log = await import('../log/ndjson-log.ts');", 'imports log: ../log/ndjson-log.ts'],
    ['src/flow', "type L = import('../log/event-log.ts').EventLog;", 'imports log: ../log/event-log.ts'],
    ['src/run', "import { paint } from '../cli/paint.ts';", 'imports cli: ../cli/paint.ts'],
    ['src/workflow', 'const other = await import(name);', 'imports the package <computed>'],
    ['src/models', "import { z } from 'zod';", 'imports the package zod'],
    ['src/planner', "import { readFileSync } from 'node:fs';", 'imports the package node:fs'],
    ['src/run', "import { DBOS } from '@dbos-inc/dbos-sdk';", 'imports the package @dbos-inc/dbos-sdk'],
    ['src/cli', "import pg from 'pg';", 'imports the package pg'],
    ['src/run', "import { Worker } from '../engine/worker.ts';", 'imports engine: ../engine/worker.ts'],
    ['src/planner', "import { http } from '../nodes/http.ts';", 'imports nodes: ../nodes/http.ts'],
  ])('%s: %s', (room, text, expected) => {
    expect(inRoom(room, text)).toEqual([expected]);
  });

  test('and accepts a permitted one', () => {
    expect(inRoom('src/cli', "import { readLog } from '../log/read-log.ts';")).toEqual([]);
    expect(inRoom('projections', "import type { LogEvent } from '../src/events/event.ts';")).toEqual([]);
  });
});

/** The types of a node and of the layers around it refer to each other. */
const PERMITTED_CYCLES = [['src/flow/layer.ts', 'src/flow/node.ts']];

/** Finds the groups of files that import each other, on any path; type-only imports count. */
function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = (start: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [...(imports.get(start) ?? [])];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      open.push(...(imports.get(file) ?? []));
    }
    return seen;
  };
  const reached = new Map([...imports.keys()].map((file) => [file, reachable(file)]));
  const inCycle = [...imports.keys()].filter((file) => reached.get(file)?.has(file));
  const groups = inCycle.map((file) =>
    inCycle.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).sort(),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

describe('cycles between files', () => {
  test('do not exist, not even by types, except for a node and its layers', () => {
    const others = ['test', 'bench', 'scripts'].flatMap((folder) => sources(join(ROOT, folder)));
    const imports = new Map(
      [...files, ...others].map((file) => {
        const targets = importsOf(readFileSync(file, 'utf8')).filter((target) => target.startsWith('.'));
        return [
          relative(ROOT, file),
          targets.map((target) => relative(ROOT, resolve(dirname(file), target))),
        ];
      }),
    );
    expect(cyclesIn(imports)).toEqual(PERMITTED_CYCLES);
  });

  test('are found over several files', () => {
    const sample = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(cyclesIn(sample)).toEqual([['a', 'b', 'c']]);
  });
});

test('only the command line prints or ends the process', () => {
  const printing = files.filter((file) => {
    if (roomOf(file) === 'cli') return false;
    return /\bconsole\.|process\.(?:stdout|stderr|exit)\b/u.test(readFileSync(file, 'utf8'));
  });
  expect(printing.map((file) => relative(ROOT, file))).toEqual([]);
});

test('no file uses any, suppresses a check, exports a default or re-exports everything', () => {
  const forbidden =
    /:\s*any\b|\bas any\b|eslint-disable|@ts-(?:ignore|expect-error|nocheck)|export default|export \* from/u;
  const found = files.filter((file) => forbidden.test(readFileSync(file, 'utf8')));
  expect(found.map((file) => relative(ROOT, file))).toEqual([]);
});
