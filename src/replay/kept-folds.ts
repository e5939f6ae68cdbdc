// Keeps what finished logs fold to, so that the next reading folds new logs only. A finished log never changes; a file
// that did is another file here. Nothing depends on the kept folds: what is missing or damaged is folded again.
import { createHash } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../version.ts';
import type { FoundLog } from './find-logs.ts';
import {
  frameOf,
  ignoreUnwritable,
  prepareFolder,
  findFrames,
  valueOf,
  writeFrames,
  type Frame,
} from './kept-frames.ts';

/** What one log folds to, or several logs together. Plain data. */
export interface KeptFold<Fold = unknown> {
  /** The runs in the logs; all of them have their end. */
  readonly runs: readonly string[];
  readonly fold: Fold;
}

type Identified = Pick<FoundLog, 'identity' | 'changed_ms'>;

/** By the identity of the log. */
type Entries<Fold> = Map<string, KeptFold<Fold>>;

/** Entries that are read together. */
interface Group<Fold> {
  readonly kept: Entries<Fold>;
  readonly added: Entries<Fold>;
}

/** Less is read faster than a file of folds is found. */
const LEAST_BYTES_TO_KEEP = 4 * 1024 * 1024;
/** A file that changed this recently may change again without another time. */
const SETTLED_MS = 2_000;
/** Each reading adds one frame for each group with new logs. */
const MOST_FRAMES = 1_024;
/** Other folders have their folds in the same file; logs that were removed leave theirs. */
const MOST_UNUSED = 50_000;

/** Reads only the groups that are needed. */
export class KeptFolds<Fold = unknown> {
  private readonly path: string;
  private readonly groups = new Map<number, Group<Fold>>();
  private file: { frames: readonly Frame[]; mustRewrite: boolean } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get(log: Identified, group = 0): KeptFold<Fold> | undefined {
    const { kept } = this.group(group);
    // The first reading of many logs makes no text for each of them.
    const identity = kept.size === 0 ? undefined : log.identity;
    return identity === undefined ? undefined : kept.get(identity);
  }

  /** Ignores a file that changed just now. */
  add(log: Identified, entry: KeptFold<Fold>, group = 0): void {
    const identity = isSettled(log) ? log.identity : undefined;
    if (identity !== undefined) this.group(group).added.set(identity, entry);
  }

  drop({ identity }: Identified, group = 0): void {
    if (identity !== undefined && this.group(group).kept.delete(identity)) this.load().mustRewrite = true;
  }

  /** `logs`: those of this reading. */
  save(logs: readonly Identified[]): void {
    ignoreUnwritable(() => {
      const { frames, mustRewrite } = this.load();
      const count = frames.reduce((sum, frame) => sum + frame.count, 0);
      const isStale = count > 2 * logs.length + MOST_UNUSED;
      if (mustRewrite || isStale || frames.length >= MOST_FRAMES)
        this.rewrite(isStale ? new Set(logs.map(({ identity }) => identity)) : undefined);
      else this.append();
    });
  }

  private load(): NonNullable<KeptFolds['file']> {
    if (this.file !== undefined) return this.file;
    const { frames, isWhole } = findFrames(this.path);
    this.file = { frames, mustRewrite: !isWhole };
    return this.file;
  }

  private group(tag: number): Group<Fold> {
    const known = this.groups.get(tag);
    if (known !== undefined) return known;
    const file = this.load();
    const kept: Entries<Fold> = new Map();
    for (const frame of file.frames) {
      if (frame.tag !== tag) continue;
      const entries = valueOf(frame);
      if (entries === undefined) file.mustRewrite = true;
      else for (const [identity, entry] of entries as Entries<Fold>) kept.set(identity, entry);
    }
    const group = { kept, added: new Map() };
    this.groups.set(tag, group);
    return group;
  }

  /** One write, so that the frames of two processes do not mix. */
  private append(): void {
    const frames = [...this.groups].flatMap(([tag, { added }]) =>
      added.size === 0 ? [] : [frameOf(tag, added.size, added)],
    );
    if (frames.length === 0) return;
    if (this.load().frames.length === 0) prepareFolder(this.path);
    appendFileSync(this.path, Buffer.concat(frames.map(({ bytes }) => bytes)), { mode: 0o600 });
  }

  private rewrite(used: ReadonlySet<string | undefined> | undefined): void {
    const tags = new Set([...this.load().frames.map(({ tag }) => tag), ...this.groups.keys()]);
    const frames = [...tags].map((tag) => {
      const { kept, added } = this.group(tag);
      const entries = [...kept, ...added].filter(([identity]) => used?.has(identity) !== false);
      return frameOf(tag, entries.length, new Map(entries));
    });
    writeFrames(this.path, frames);
  }
}

/** False for a file that may change again without another time. */
export function isSettled({ changed_ms: changedMs }: Pick<FoundLog, 'changed_ms'>): boolean {
  return changedMs !== undefined && Date.now() - changedMs >= SETTLED_MS;
}

/** Whether keeping what these logs fold to saves time. */
export function isWorthKeeping(logs: readonly FoundLog[]): boolean {
  return logs.reduce((sum, { weight }) => sum + weight, 0) >= LEAST_BYTES_TO_KEEP;
}

/**
 * Returns the path for what is kept, without its extension. `facts`: everything beside a log that its fold depends on.
 */
export function keptPath(home: string, facts: readonly unknown[]): string {
  const key = createHash('sha256').update(JSON.stringify([...facts, buildFacts()]));
  return join(home, 'cache', key.digest('hex').slice(0, 32));
}

/** Another build may fold differently, and another V8 may write differently. */
function buildFacts(): readonly unknown[] {
  const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return [VERSION, size, mtimeMs, process.versions.v8];
}
