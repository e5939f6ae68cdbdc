// Decides which modules of a bundle are loaded together. The bundler makes a file for each set of entry points that share
// modules, so a command would open a hundred small files; each takes about a millisecond of a slow processor. Files are
// joined where that saves more than the code that is then loaded without need costs.
import type { Metafile, Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Milliseconds for each file that is opened. */
const FILE_MS = 0.85;
/** Milliseconds for each byte that is compiled and evaluated. */
const BYTE_MS = 0.0001;
/** Milliseconds for modules of Node.js that are not loaded at its start. */
const BUILTIN_MS: Readonly<Record<string, number>> = {
  'node:child_process': 5,
  'node:crypto': 4,
  'node:http': 10,
  'node:net': 4,
  'node:readline': 2,
  'node:util': 1.5,
  'node:worker_threads': 2,
  'node:zlib': 2.5,
};

/** Milliseconds for each call of zod. A module of schemas makes them all when it is loaded. */
const SCHEMA_MS = 0.03;

/** Modules that an entry point loads in addition, by its path. */
export type ExtraImports = ReadonlyMap<string, ReadonlySet<string>>;

/** Modules with the same users: they end up in one file. */
interface Chunk {
  readonly modules: string[];
  /** Bits of the entry points that load it. */
  readonly users: bigint;
  readonly size: number;
  bytes: number;
}

interface Join {
  readonly chunk: Chunk;
  /** The users after it. */
  readonly users: bigint;
  readonly saved: number;
}

export function groupChunks(metafile: Metafile): ExtraImports {
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const bytes = moduleCosts(metafile);
  const users = moduleUsers(metafile, entries);
  const extra = new Map<string, Set<string>>();
  for (;;) {
    const joins = findJoins(metafile, chunksOf(users, bytes), users, bytes);
    if (joins.length === 0) return extra;
    for (const join of joins) {
      addImports(extra, entries, join);
      for (const module of closureOf(metafile, join.chunk.modules)) {
        users.set(module, (users.get(module) ?? 0n) | join.users);
      }
    }
  }
}

/** Adds the imports to the entry points. */
export function extraImportsPlugin(extra: ExtraImports): Plugin {
  const imports = new Map([...extra].map(([entry, modules]) => [resolve(entry), [...modules]]));
  return {
    name: 'extra-imports',
    setup(build) {
      build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const own = imports.get(path);
        if (own === undefined) return undefined;
        const lines = own.map((module) => `import ${JSON.stringify(resolve(module))};\n`);
        return { contents: `${await readFile(path, 'utf8')}\n${lines.join('')}`, loader: 'js' };
      });
    },
  };
}

/** The bytes of each module. Its schemas and its modules of Node.js count as the code that takes as long. */
function moduleCosts({ inputs, outputs }: Metafile): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const output of Object.values(outputs)) {
    for (const [module, { bytesInOutput }] of Object.entries(output.inputs)) {
      bytes.set(module, (bytes.get(module) ?? 0) + bytesInOutput);
    }
  }
  for (const [module, own] of bytes) {
    const imports = inputs[module]?.imports ?? [];
    const ms = imports.reduce(
      (sum, { path, kind }) => sum + (kind === 'dynamic-import' ? 0 : (BUILTIN_MS[path] ?? 0)),
      0,
    );
    bytes.set(module, own + (ms + countSchemas(module) * SCHEMA_MS) / BYTE_MS);
  }
  return bytes;
}

function countSchemas(module: string): number {
  if (module.includes('node_modules')) return 0;
  return readFileSync(module, 'utf8').match(/\bz\.\w+\(/gu)?.length ?? 0;
}

/** Bits of the entry points that load each module. */
function moduleUsers(metafile: Metafile, entries: readonly string[]): Map<string, bigint> {
  const users = new Map<string, bigint>();
  for (const [index, entry] of entries.entries()) {
    const bit = 1n << BigInt(index);
    for (const module of closureOf(metafile, [entry])) users.set(module, (users.get(module) ?? 0n) | bit);
  }
  return users;
}

/** The modules and everything that they import statically. */
function closureOf({ inputs }: Metafile, modules: readonly string[]): Set<string> {
  const found = new Set(modules);
  for (const module of found) {
    for (const { path, kind, external } of inputs[module]?.imports ?? []) {
      if (external !== true && kind !== 'dynamic-import') found.add(path);
    }
  }
  return found;
}

function chunksOf(users: ReadonlyMap<string, bigint>, bytes: ReadonlyMap<string, number>): Chunk[] {
  const chunks = new Map<bigint, Chunk>();
  for (const [module, own] of users) {
    const size = bytes.get(module) ?? 0;
    if (size === 0) continue;
    const chunk = chunks.get(own) ?? { modules: [], users: own, size: countBits(own), bytes: 0 };
    chunks.set(own, chunk);
    chunk.modules.push(module);
    chunk.bytes += size;
  }
  return [...chunks.values()];
}

/** The joins that save something, the best first. No two concern the same file. */
function findJoins(
  metafile: Metafile,
  chunks: readonly Chunk[],
  users: ReadonlyMap<string, bigint>,
  bytes: ReadonlyMap<string, number>,
): Join[] {
  const joins = chunks
    .filter(({ modules }) => modules.every((module) => canMove(metafile, module)))
    .flatMap((chunk) => {
      const needed = [...closureOf(metafile, chunk.modules)].map(
        (module) => [users.get(module) ?? 0n, bytes.get(module) ?? 0] as const,
      );
      return bestJoin(chunk, chunks, needed) ?? [];
    });
  const taken = new Set<bigint>();
  return joins
    .sort((a, b) => b.saved - a.saved)
    .filter(({ chunk, users: joined }) => {
      if (taken.has(chunk.users) || taken.has(joined)) return false;
      taken.add(chunk.users).add(joined);
      return true;
    });
}

/** An entry point stays where it is. An import of a package for its effects alone may be left out. */
function canMove({ outputs }: Metafile, module: string): boolean {
  const isEntry = Object.values(outputs).some(({ entryPoint }) => entryPoint === module);
  return !isEntry && !module.includes('node_modules');
}

/** Joins a file with one that all of its users load. `needed`: users and bytes of the modules that it needs. */
function bestJoin(
  chunk: Chunk,
  chunks: readonly Chunk[],
  needed: readonly (readonly [bigint, number])[],
): Join | undefined {
  let best: Join | undefined;
  const most = chunk.size * FILE_MS;
  for (const { users, size } of chunks) {
    const isLarger = size > chunk.size && (users & chunk.users) === chunk.users;
    if (!isLarger || chunk.bytes * (size - chunk.size) * BYTE_MS >= most) continue;
    const added = needed.reduce((sum, [known, count]) => sum + countBits(users & ~known) * count, 0);
    const saved = most - added * BYTE_MS;
    if (saved > (best?.saved ?? 0)) best = { chunk, users, saved };
  }
  return best;
}

function countBits(bits: bigint): number {
  let count = 0;
  for (const digit of bits.toString(16)) count += BITS_OF_DIGIT[parseInt(digit, 16)] ?? 0;
  return count;
}

const BITS_OF_DIGIT = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4];

function addImports(extra: Map<string, Set<string>>, entries: readonly string[], join: Join): void {
  for (const [index, entry] of entries.entries()) {
    const bit = 1n << BigInt(index);
    if ((join.users & bit) === 0n || (join.chunk.users & bit) !== 0n) continue;
    const own = extra.get(entry) ?? new Set();
    extra.set(entry, own);
    for (const module of join.chunk.modules) own.add(module);
  }
}
