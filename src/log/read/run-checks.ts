// Checks one run of a log: the next seq, its start and its end. Knows neither bytes nor other runs.
import type * as z from 'zod';
import type { VOCABULARY } from '../../events/vocabulary.ts';
import type { LineDamage, RunPiece, RunReading } from './reading-report.ts';

type Started = z.infer<(typeof VOCABULARY)['run.started']['schema']>;
type Completed = z.infer<(typeof VOCABULARY)['run.completed']['schema']>;

export function repeatedSeqDamage(seq: number): LineDamage {
  return { code: 'seq-repeated', why: `seq ${String(seq)} occurs twice` };
}

export class RunChecks {
  readonly run: string;
  /** Declared by `run.started`: every line has a checksum. */
  hasChecksums = false;
  damaged = false;
  private next = 0;
  private first = 0;
  private assumedFormat: number | undefined;
  private events = 0;
  private started: Pick<Started, 'pflow' | 'level' | 'format'> | undefined;
  private startedAt: string | undefined;
  private completed: Completed['status'] | undefined;

  constructor(run: string) {
    this.run = run;
  }

  /** Format of its events; undefined until it has started. */
  get format(): number | undefined {
    return this.started?.format ?? this.assumedFormat;
  }

  get writtenBy(): string | undefined {
    return this.started?.pflow;
  }

  /** Number of its lines so far. */
  get lines(): number {
    return this.events;
  }

  get isOpen(): boolean {
    return this.completed === undefined;
  }

  /** Returns what is wrong with an event of this type at this position, if anything. */
  checkPosition(type: string, seq: number): LineDamage | undefined {
    const { next } = this;
    if (seq < next) return repeatedSeqDamage(seq);
    if (this.completed !== undefined) return { code: 'after-end', why: 'the run had ended before' };
    if (seq > 0 && type === 'run.started')
      return { code: 'second-start', why: 'the run starts a second time' };
    if (seq > next) return { code: 'seq-gap', why: `expected seq ${String(next)}, found ${String(seq)}` };
    if (seq > 0 || type === 'run.started') return undefined;
    return { code: 'no-start', why: 'the run does not begin with run.started' };
  }

  /** Number of lines missing before `seq`. */
  missingBefore(seq: number): number {
    return Math.max(0, seq - this.next);
  }

  countLine(seq: number): void {
    this.next = Math.max(this.next, seq + 1);
    this.events += 1;
  }

  /** Counts a damaged line whose seq is the next one of this run. Returns whether it is. */
  countDamaged(seq: number): boolean {
    this.damaged = true;
    if (seq !== this.next) return false;
    this.next += 1;
    return true;
  }

  /** Seq of the next line while the run is open and has checksums; -1 otherwise. */
  get expectedSeq(): number {
    return this.hasChecksums && this.completed === undefined ? this.next : -1;
  }

  /** No line is missing or damaged, from the first to the last. */
  get isWholeFromStart(): boolean {
    return this.started !== undefined && this.completed !== undefined && !this.damaged;
  }

  /** Assumes that earlier lines are in another part; joining the parts checks it. */
  assumeStart(seq: number, format: number): void {
    this.assumedFormat = format;
    this.hasChecksums = true;
    this.first = seq;
    this.next = seq;
  }

  /** Counts consecutive lines that were skipped. */
  countSkippedLines(lines: number): void {
    this.next += lines;
    this.events += lines;
  }

  start({ pflow, level, format, checksum }: Started, at: string): void {
    // Only these fields: there is one such object for each run of a log.
    this.started = { pflow, level, format };
    this.startedAt = at;
    this.hasChecksums = checksum !== undefined;
  }

  complete(data: Completed, seq: number): LineDamage | undefined {
    this.completed = data.status;
    if (data.events === seq) return undefined;
    return {
      code: 'count',
      why: `run.completed counts ${String(data.events)} events before it, there are ${String(seq)}`,
    };
  }

  /** The portion of the run in this part of the log. */
  piece(): RunPiece {
    const { first, next, hasChecksums, format } = this;
    return { ...this.reading(), first, next, hasChecksums, format };
  }

  reading(): RunReading {
    const { started, startedAt, completed } = this;
    return {
      run: this.run,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(started === undefined ? {} : { writtenBy: started.pflow, level: started.level }),
      events: this.events,
      lastSeq: this.next - 1,
      ...(completed === undefined ? {} : { completed }),
      whole: completed !== undefined && !this.damaged,
    };
  }
}
