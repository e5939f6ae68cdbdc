// Keeps what finished logs fold to, so that the next reading folds new logs only. A finished log never changes; a file
// that did is another file here. Nothing depends on the kept folds: what is missing or damaged is folded again.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { VERSION } from '../version.ts';
import type { FoundLog, FoundLogs } from './find-logs.ts';

/** What one log folds to. Plain data. */
export interface KeptFold {
  /** The runs in the log; all of them have their end. */
  readonly runs: readonly string[];
  readonly fold: unknown;
}

/** What earlier readings of these logs left for `spend`. */
export interface KeptSpend {
  readonly folds: KeptFolds;
  /** By the path of the log. */
  readonly known: ReadonlyMap<string, KeptFold>;
  readonly all: FoundLogs;
}

type Entries = Map<string, KeptFold>;

/** Less is read faster than a file of folds is found. */
const PAYS_FROM_BYTES = 4 * 1024 * 1024;
/** A file that changed this recently may change again without another time. */
const SETTLED_MS = 2_000;
const HASH_BYTES = 32;
const HEAD_BYTES = HASH_BYTES + 4;
const MOST_FRAMES = 32;
/** Other folders have their folds in the same file; logs that were removed leave theirs. */
const MOST_UNUSED = 50_000;
const FILE = /\.(?:folds|tmp)$/u;
const UNUSED_DAYS = 30;
const DAY_MS = 86_400_000;

export class KeptFolds {
  private readonly path: string;
  private readonly kept: Entries = new Map();
  private readonly used = new Set<string>();
  private readonly added: Entries = new Map();
  private frames = 0;
  /** Also true if a part of the file is damaged, or an entry must go. */
  private mustRewrite = false;

  /** `facts`: everything beside a log that its fold depends on. */
  constructor(folder: string, facts: readonly unknown[]) {
    const key = createHash('sha256').update(JSON.stringify([...facts, buildFacts()]));
    this.path = join(folder, `${key.digest('hex').slice(0, 32)}.folds`);
    this.load();
  }

  get({ identity }: FoundLog): KeptFold | undefined {
    const entry = identity === undefined ? undefined : this.kept.get(identity);
    if (identity !== undefined && entry !== undefined) this.used.add(identity);
    return entry;
  }

  /** Ignores a file that changed just now, and one without a fold to keep. */
  add({ identity, changed_ms: changedMs }: FoundLog, entry: KeptFold | undefined): void {
    if (
      entry === undefined ||
      identity === undefined ||
      changedMs === undefined ||
      Date.now() - changedMs < SETTLED_MS
    )
      return;
    this.added.set(identity, entry);
  }

  drop({ identity }: FoundLog): void {
    if (identity !== undefined && this.kept.delete(identity)) this.mustRewrite = true;
  }

  /** A cache that cannot be written costs time and nothing else. */
  save(): void {
    try {
      const isStale = this.kept.size > 2 * this.used.size + MOST_UNUSED;
      if (isStale)
        for (const identity of this.kept.keys()) if (!this.used.has(identity)) this.kept.delete(identity);
      if (this.mustRewrite || isStale || this.frames >= MOST_FRAMES) this.rewrite();
      else if (this.added.size > 0) this.append();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  private load(): void {
    const bytes = readOrEmpty(this.path);
    let at = 0;
    while (at < bytes.length) {
      const entries = readFrame(bytes, at);
      if (entries === undefined) {
        this.mustRewrite = true;
        return;
      }
      for (const [identity, entry] of entries.map) this.kept.set(identity, entry);
      this.frames += 1;
      at = entries.end;
    }
  }

  /** One write, so that the frames of two processes do not mix. */
  private append(): void {
    if (this.frames === 0) prepareFolder(this.path);
    appendFileSync(this.path, frameOf(this.added), { mode: 0o600 });
  }

  private rewrite(): void {
    const temporary = `${this.path}.${String(process.pid)}.tmp`;
    prepareFolder(this.path);
    writeFileSync(temporary, frameOf(new Map([...this.kept, ...this.added])), { mode: 0o600 });
    renameSync(temporary, this.path);
  }
}

/** Opens the kept folds of these logs, or returns undefined where they do not pay. */
export function openKeptFolds(
  logs: readonly FoundLog[],
  home: string,
  facts: () => readonly unknown[],
): KeptFolds | undefined {
  const bytes = logs.reduce((sum, { weight }) => sum + weight, 0);
  return bytes < PAYS_FROM_BYTES ? undefined : new KeptFolds(join(home, 'cache'), facts());
}

/** Another build may fold differently, and another V8 may write differently. */
function buildFacts(): readonly unknown[] {
  const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return [VERSION, size, mtimeMs, process.versions.v8];
}

function frameOf(entries: Entries): Buffer {
  const body = serialize(entries);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, hashOf(body), body]);
}

function hashOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

/** Undefined for a frame that is cut or damaged. */
function readFrame(bytes: Buffer, at: number): { readonly map: Entries; readonly end: number } | undefined {
  if (bytes.length < at + HEAD_BYTES) return undefined;
  const end = at + HEAD_BYTES + bytes.readUInt32LE(at);
  const body = bytes.subarray(at + HEAD_BYTES, end);
  if (bytes.length < end || !hashOf(body).equals(bytes.subarray(at + 4, at + HEAD_BYTES))) return undefined;
  return { map: deserialize(body) as Entries, end };
}

function readOrEmpty(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Creates the folder of a file, and removes files that are a month old. */
function prepareFolder(path: string): void {
  const folder = join(path, '..');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder).filter((file) => FILE.test(file))) {
    const other = join(folder, name);
    const age = Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > UNUSED_DAYS * DAY_MS) rmSync(other, { force: true });
  }
}
