// Decides which modules of a bundle are loaded together. The bundler makes a file for each set of entry points that
// share modules, so a command would open a hundred small files; each takes about a millisecond of a slow processor.
// Files are joined where that saves more than the code that is then loaded without need costs.
import type { Metafile, Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FREQUENT_PROCESSES } from './frequent-processes.ts';

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

/** A process that loads some entry points. */
interface Process {
  /** Bits of its entry points. */
  readonly entries: bigint;
  /** How often it runs, against the others. */
  readonly weight: number;
}

/** Modules with the same users: they end up in one file. */
interface Chunk {
  readonly modules: string[];
  /** Bits of the entry points that load it. */
  readonly users: bigint;
  bytes: number;
}

interface Join {
  readonly chunk: Chunk;
  readonly other: Chunk;
  readonly saved: number;
}

export function groupChunks(metafile: Metafile): ExtraImports {
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const bytes = moduleCosts(metafile);
  const users = moduleUsers(metafile, entries);
  const costs = new JoinCosts(metafile, listProcesses(entries), users, bytes);
  const extra = new Map<string, Set<string>>();
  for (;;) {
    const joins = findJoins(metafile, chunksOf(users, bytes), costs);
    if (joins.length === 0) return extra;
    for (const { chunk, other } of joins) {
      const joined = chunk.users | other.users;
      for (const { modules, users: known } of [chunk, other]) {
        addImports(extra, entries, modules, joined & ~known);
        for (const module of closureOf(metafile, modules)) {
          users.set(module, (users.get(module) ?? 0n) | joined);
        }
      }
    }
    costs.forget();
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
  return readFileSync(module.replace('?own', ''), 'utf8').match(/\bz\.\w+\(/gu)?.length ?? 0;
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

function listProcesses(entries: readonly string[]): readonly Process[] {
  const bitOf = (end: string): bigint => {
    const index = entries.findIndex((entry) => entry.endsWith(end));
    if (index < 0) throw new Error(`the bundle has no entry point ${end}`);
    return 1n << BigInt(index);
  };
  const always = bitOf('cli/main.js') | bitOf('cli/program.js');
  // `pflow --help`, and the completion of a shell.
  const commands = entries.filter((entry) => entry.endsWith('/command.js'));
  const help = { entries: commands.reduce((bits, entry) => bits | bitOf(entry), always), weight: 40 };
  const alone = entries.map((_entry, index) => ({ entries: always | (1n << BigInt(index)), weight: 1 }));
  const frequent = FREQUENT_PROCESSES.map(({ weight, entries: ends }) => ({
    entries: ends.reduce((bits, end) => bits | bitOf(end), always),
    weight,
  }));
  return [help, ...alone, ...frequent];
}

function chunksOf(users: ReadonlyMap<string, bigint>, bytes: ReadonlyMap<string, number>): Chunk[] {
  const chunks = new Map<bigint, Chunk>();
  for (const [module, own] of users) {
    const size = bytes.get(module) ?? 0;
    if (size === 0) continue;
    const chunk = chunks.get(own) ?? { modules: [], users: own, bytes: 0 };
    chunks.set(own, chunk);
    chunk.modules.push(module);
    chunk.bytes += size;
  }
  return [...chunks.values()];
}

/** The joins that save something, the best first. No two concern the same file. */
function findJoins(metafile: Metafile, chunks: readonly Chunk[], costs: JoinCosts): Join[] {
  const joins: Join[] = [];
  for (const [index, chunk] of chunks.entries()) {
    for (const other of chunks.slice(index + 1)) {
      const saved = costs.saved(chunk, other);
      if (saved > 0) joins.push({ chunk, other, saved });
    }
  }
  const taken = new Set<Chunk>();
  return joins
    .sort((a, b) => b.saved - a.saved)
    .filter(({ chunk, other }) => {
      if (taken.has(chunk) || taken.has(other)) return false;
      const moved = [chunk, other].filter(({ users }) => users !== (chunk.users | other.users));
      if (!moved.every(({ modules }) => modules.every((module) => canMove(metafile, module)))) return false;
      taken.add(chunk).add(other);
      return true;
    });
}

/** An entry point stays where it is. An import of a package for its effects alone may be left out. */
function canMove({ outputs }: Metafile, module: string): boolean {
  const isEntry = Object.values(outputs).some(({ entryPoint }) => entryPoint === module);
  return !isEntry && !module.includes('node_modules');
}

/** What a join saves: the files that its processes need not open, less the code that more processes load. */
class JoinCosts {
  readonly #metafile: Metafile;
  readonly #processes: readonly Process[];
  readonly #users: ReadonlyMap<string, bigint>;
  readonly #bytes: ReadonlyMap<string, number>;
  readonly #weights = new Map<bigint, number>();
  readonly #loaders = new Map<bigint, bigint>();
  #needs = new Map<Chunk, readonly (readonly [bigint, number])[]>();

  constructor(
    metafile: Metafile,
    processes: readonly Process[],
    users: ReadonlyMap<string, bigint>,
    bytes: ReadonlyMap<string, number>,
  ) {
    this.#metafile = metafile;
    this.#processes = processes;
    this.#users = users;
    this.#bytes = bytes;
  }

  /** Milliseconds, weighted. */
  saved(chunk: Chunk, other: Chunk): number {
    const [first, second] = [this.#loadersOf(chunk.users), this.#loadersOf(other.users)];
    const most = this.#weightOf(first & second) * FILE_MS;
    const onlyFirst = this.#weightOf(first & ~second) * other.bytes;
    const onlySecond = this.#weightOf(second & ~first) * chunk.bytes;
    if (most <= (onlyFirst + onlySecond) * BYTE_MS) return 0;
    const joined = first | second;
    const added = [chunk, other]
      .flatMap((one) => this.#needsOf(one))
      .reduce((sum, [loaders, bytes]) => sum + this.#weightOf(joined & ~loaders) * bytes, 0);
    return most - added * BYTE_MS;
  }

  /** Call it after the users of modules have changed. */
  forget(): void {
    this.#needs = new Map();
  }

  /** Loaders and bytes of the modules that a chunk needs. */
  #needsOf(chunk: Chunk): readonly (readonly [bigint, number])[] {
    const known = this.#needs.get(chunk);
    if (known !== undefined) return known;
    const bytes = new Map<bigint, number>();
    for (const module of closureOf(this.#metafile, chunk.modules)) {
      const loaders = this.#loadersOf(this.#users.get(module) ?? 0n);
      bytes.set(loaders, (bytes.get(loaders) ?? 0) + (this.#bytes.get(module) ?? 0));
    }
    const needs = [...bytes];
    this.#needs.set(chunk, needs);
    return needs;
  }

  /** Bits of the processes that load what these entry points use. */
  #loadersOf(users: bigint): bigint {
    const known = this.#loaders.get(users);
    if (known !== undefined) return known;
    let loaders = 0n;
    for (const [index, { entries }] of this.#processes.entries()) {
      if ((entries & users) !== 0n) loaders |= 1n << BigInt(index);
    }
    this.#loaders.set(users, loaders);
    return loaders;
  }

  #weightOf(loaders: bigint): number {
    const known = this.#weights.get(loaders);
    if (known !== undefined) return known;
    let weight = 0;
    for (const [index, bit] of loaders.toString(2).split('').reverse().entries()) {
      if (bit === '1') weight += this.#processes[index]?.weight ?? 0;
    }
    this.#weights.set(loaders, weight);
    return weight;
  }
}

function addImports(
  extra: Map<string, Set<string>>,
  entries: readonly string[],
  modules: readonly string[],
  users: bigint,
): void {
  for (const [index, entry] of entries.entries()) {
    if ((users & (1n << BigInt(index))) === 0n) continue;
    const own = extra.get(entry) ?? new Set();
    extra.set(entry, own);
    for (const module of modules) own.add(module);
  }
}
