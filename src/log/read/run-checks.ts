// The book of one run in a log: which seq comes next, whether it began and ended as it should. It knows
// neither bytes nor other runs.
import type * as z from 'zod';
import type { VOCABULARY } from '../../events/vocabulary.ts';
import type { Wrong } from './line-checks.ts';
import type { RunReading } from './read-report.ts';

type Started = z.infer<(typeof VOCABULARY)['run.started']['schema']>;
type Completed = z.infer<(typeof VOCABULARY)['run.completed']['schema']>;

/** A run as far as one part of a log has it. */
export interface RunPiece extends RunReading {
  /** The seq of its first line here, and the one behind its last. */
  readonly first: number;
  readonly next: number;
  readonly sealed: boolean;
  /** Assumed where its start is not here. */
  readonly format: number | undefined;
}

export function seqRepeated(seq: number): Wrong {
  return { code: 'seq-repeated', why: `seq ${String(seq)} was there already` };
}

export class RunAudit {
  readonly run: string;
  /** Declared by `run.started`: every line has a checksum. */
  sealed = false;
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

  /** In which its events are written; undefined until it has started. */
  get format(): number | undefined {
    return this.started?.format ?? this.assumedFormat;
  }

  get writtenBy(): string | undefined {
    return this.started?.pflow;
  }

  /** What is wrong with an event of this type standing here, if anything. */
  place(type: string, seq: number): Wrong | undefined {
    const { next } = this;
    if (seq < next) return seqRepeated(seq);
    if (this.completed !== undefined) return { code: 'after-end', why: 'the run had ended before' };
    if (seq > 0 && type === 'run.started')
      return { code: 'second-start', why: 'the run starts a second time' };
    if (seq > next)
      return { code: 'seq-gap', why: `seq ${String(next)} was expected and ${String(seq)} came` };
    if (seq > 0 || type === 'run.started') return undefined;
    return { code: 'no-start', why: 'the run does not begin with run.started' };
  }

  /** How many lines are missing before `seq`. */
  missing(seq: number): number {
    return Math.max(0, seq - this.next);
  }

  count(seq: number): void {
    this.next = Math.max(this.next, seq + 1);
    this.events += 1;
  }

  /** A line that was wrong, but says that it is the next one of this run. */
  lose(seq: number): boolean {
    this.damaged = true;
    if (seq !== this.next) return false;
    this.next += 1;
    return true;
  }

  /** The seq of the line that has to come next where nothing but more lines can come; -1 otherwise. */
  get expected(): number {
    return this.sealed && this.completed === undefined ? this.next : -1;
  }

  /** From its first line to its last nothing is missing and nothing was wrong. */
  get isWhole(): boolean {
    return this.started !== undefined && this.completed !== undefined && !this.damaged;
  }

  /** Its lines before this seq stand in another part of the log; whether they do is for whoever joins the parts. */
  adopt(seq: number, format: number): void {
    this.assumedFormat = format;
    this.sealed = true;
    this.first = seq;
    this.next = seq;
  }

  /** So many lines in their order. */
  advance(lines: number): void {
    this.next += lines;
    this.events += lines;
  }

  start({ pflow, level, format, checksum }: Started, at: string): void {
    // No more than that: there is one of these for each run of a log, however large.
    this.started = { pflow, level, format };
    this.startedAt = at;
    this.sealed = checksum !== undefined;
  }

  complete(data: Completed, seq: number): Wrong | undefined {
    this.completed = data.status;
    if (data.events === seq) return undefined;
    return {
      code: 'count',
      why: `run.completed counts ${String(data.events)} events before it, there are ${String(seq)}`,
    };
  }

  /** What this part of the log has of the run. */
  piece(): RunPiece {
    const { first, next, sealed, format } = this;
    return { ...this.reading(), first, next, sealed, format };
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
