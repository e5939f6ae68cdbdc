// Parts of logs that are read on their own, each by another thread, and what they say together. Only what is right
// in every respect is joined; for anything else the whole log is read again from one end to the other, so that damage is
// named by one reader alone.
import { LogAudit } from './log-checks.ts';
import type { ReadOptions } from './log-checks.ts';
import type { PartPlace } from './split-log.ts';
import { LogScanning } from './fast-reader.ts';
import { ParsingWalker } from './line-parser.ts';
import type { ReadReport, RunReading } from './read-report.ts';
import type { RunPiece } from './run-checks.ts';

export interface LogPart {
  readonly events: number;
  readonly skippedTypes: readonly (readonly [string, number])[];
  /** Runs that began and ended here: of a large log there are many, and nothing more is to be said of them. */
  readonly over: readonly string[];
  /** All others, in the order of their first lines here. */
  readonly runs: readonly RunPiece[];
}

/** Reads neighbouring parts, one after another, as one. */
export class PartReader {
  private readonly audit: LogAudit;
  private readonly scanning: LogScanning;
  private whole = true;

  constructor(options: ReadOptions) {
    const partial = { ...options, part: true };
    this.audit = new LogAudit(partial);
    this.scanning = new LogScanning(this.audit, new ParsingWalker(this.audit, partial), partial);
  }

  /** False, or a throw, where the log has to be read as a whole. */
  read({ path, from, to }: PartPlace): boolean {
    this.whole &&= this.scanning.read(path, { from, to }) === undefined && !this.audit.stopped;
    return this.whole;
  }

  /** Undefined where anything about what was read is not as it should be. */
  part(): LogPart | undefined {
    this.scanning.finish();
    return this.whole ? this.audit.part() : undefined;
  }
}

/**
 * The report that reading all parts one after another would give, but of its runs only those without their end; undefined
 * where the parts do not fit together.
 */
export function joinParts(parts: readonly LogPart[]): ReadReport | undefined {
  const runs = new Map<string, RunPiece>();
  const over = new Set<string>();
  const skipped = new Map<string, number>();
  for (const part of parts) {
    for (const run of part.over) {
      if (over.has(run)) return undefined;
      over.add(run);
    }
    for (const piece of part.runs) {
      const joined = join(runs.get(piece.run), piece);
      if (joined === undefined) return undefined;
      runs.set(piece.run, joined);
    }
    for (const [type, count] of part.skippedTypes) skipped.set(type, (skipped.get(type) ?? 0) + count);
  }
  for (const run of runs.keys()) if (over.has(run)) return undefined;
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
  const asAssumed = before.sealed && before.format === piece.format;
  if (!follows || !asAssumed || piece.first === 0) return undefined;
  const { events, next, completed } = piece;
  return {
    ...before,
    next,
    events: before.events + events,
    lastSeq: piece.lastSeq,
    ...(completed === undefined ? {} : { completed }),
    whole: piece.whole,
  };
}

function readingOf(piece: RunPiece): RunReading {
  const { first: _first, next: _next, sealed: _sealed, format: _format, ...reading } = piece;
  return reading;
}
