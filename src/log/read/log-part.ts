// Reads parts of logs, each in a thread of its own, and joins the results. Only valid parts are joined; otherwise the
// whole log is read again sequentially, so that only one reader reports damage.
import { LogChecks } from './log-checks.ts';
import type { ReadOptions } from './read-options.ts';
import type { PartRange } from './split-log.ts';
import { FastReader } from './fast-reader.ts';
import { LineParser } from './line-parser.ts';
import type { LogPart, OpenPlace, ReadReport, RunPiece, RunReading } from './reading-report.ts';
import { present } from '../../values/present.ts';

/** Reads adjacent parts in order, as one. */
export class PartReader {
  private readonly checks: LogChecks;
  private readonly reader: FastReader;
  private whole = true;
  private readonly open: OpenPlace[] = [];

  constructor(options: ReadOptions) {
    const partial = { ...options, part: true };
    this.checks = new LogChecks(partial);
    this.reader = new FastReader(this.checks, new LineParser(this.checks, partial), partial);
  }

  /** Returns false, or throws, where the log has to be read as a whole. */
  read({ path, from, to }: PartRange): boolean {
    this.whole &&= this.reader.read(path, { from, to }) === undefined && !this.checks.stopped;
    this.open.push(...this.checks.nextSource().map((run) => ({ run, path })));
    return this.whole;
  }

  /** Returns undefined where anything that was read is invalid. */
  part(): LogPart | undefined {
    this.reader.finish();
    const part = this.whole ? this.checks.part() : undefined;
    return part === undefined ? undefined : { ...part, open: this.open };
  }
}

/**
 * Builds the report that reading all parts in order would give. `runs` has only runs without their end. Returns
 * undefined where the parts do not fit together.
 */
export function joinParts(parts: readonly LogPart[]): ReadReport | undefined {
  const runs = new Map<string, RunPiece>();
  const endedRuns = new Set<string>();
  const skipped = new Map<string, number>();
  for (const part of parts) {
    for (const run of part.endedRuns) {
      if (endedRuns.has(run)) return undefined;
      endedRuns.add(run);
    }
    for (const piece of part.runs) {
      const joined = join(runs.get(piece.run), piece);
      if (joined === undefined) return undefined;
      runs.set(piece.run, joined);
    }
    for (const [type, count] of part.skippedTypes) skipped.set(type, (skipped.get(type) ?? 0) + count);
  }
  for (const run of runs.keys()) if (endedRuns.has(run)) return undefined;
  const events = parts.reduce((sum, part) => sum + part.events, 0);
  if (events === 0) return undefined;
  return {
    end: 'clean',
    events,
    skippedTypes: Object.fromEntries(skipped),
    findings: [],
    torn: [],
    runs: [...runs.values()].filter(({ completed }) => completed === undefined).map(readingOf),
  };
}

function join(before: RunPiece | undefined, piece: RunPiece): RunPiece | undefined {
  if (before === undefined) return piece.first === 0 ? piece : undefined;
  const follows = before.completed === undefined && before.next === piece.first;
  const asAssumed = before.hasChecksums && before.format === piece.format;
  if (!follows || !asAssumed || piece.first === 0) return undefined;
  const { events, next, completed } = piece;
  return {
    ...before,
    next,
    events: before.events + events,
    lastSeq: piece.lastSeq,
    ...present({ completed }),
    whole: piece.whole,
  };
}

function readingOf(piece: RunPiece): RunReading {
  const { first: _first, next: _next, hasChecksums: _hasChecksums, format: _format, ...reading } = piece;
  return reading;
}
