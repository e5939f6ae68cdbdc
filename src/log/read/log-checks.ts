// Takes the lines of a log one after another, hands on the events that are right and asked for, and writes
// down everything else. It knows no files and no streams.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import type { SkippablePart } from '../../events/skippable.ts';
import { FORMATS, upcast, type Formats } from '../../events/upcast.ts';
import { isEventType, isExtensionType } from '../../events/vocabulary.ts';
import type { Seal } from '../line-form.ts';
import type { Enveloped } from './event-shape.ts';
import { wrongEnvelope, wrongPayload } from './event-shape.ts';
import type { Wrong } from './line-checks.ts';
import type { LogPart } from './log-part.ts';
import type { Finding, FindingCode, Place, ReadReport, TornTail } from './read-report.ts';
import { RunAudit } from './run-checks.ts';

export interface ReadOptions {
  /** Types that are wanted; lines of other known types are passed over unparsed. Absent: all, `x.…` too. */
  readonly handles?: ReadonlySet<string>;
  /** Runs that are wanted; of all others only the frames are read. Absent: all. */
  readonly runs?: (run: string) => boolean;
  /** Runs of which a source only repeats an earlier one, byte for byte: their lines in it are not read again. */
  readonly isCopy?: (run: string, source: string) => boolean;
  /** Parts of payloads that nobody looks at: an event may lack them. */
  readonly overlooks?: ReadonlySet<SkippablePart>;
  /** What is read is a part of a log: runs may begin before it. */
  readonly part?: boolean;
  /** Check the checksum of lines that are passed over, too; one without a checksum is then parsed. */
  readonly checkEveryLine?: boolean;
  /** Go on after damage; otherwise reading stops at the first damaged line. */
  readonly skipCorrupt?: boolean;
  /** Which formats there are; those of this version unless told. */
  readonly formats?: Formats;
  readonly onEvent: (event: LogEvent) => void;
}

/** What a line says about itself at its fixed start; `seq` is -1 where that could not be read. */
interface Head {
  readonly type: string | undefined;
  readonly run: string;
  readonly seq: number;
}

/** Of a file that is no log at all every line is a finding: they must not fill the memory. */
const MOST_LISTED = 10_000;

const NO_CRC: Wrong = { code: 'crc-missing', why: 'the line has no checksum where it should' };

export class LogAudit {
  stopped = false;
  private readonly options: ReadOptions;
  private readonly formats: Formats;
  private readonly runs = new Map<string, RunAudit>();
  /** Of a part of a log: runs that began and ended in it. */
  private readonly over = new Set<string>();
  /** One of them is there again, which is damage. */
  private again = false;
  private readonly findings: Finding[] = [];
  private readonly unlisted = new Map<FindingCode, number>();
  private readonly tails: TornTail[] = [];
  private readonly skipped = new Map<string, number>();
  private readonly unknown = new Map<string, string>();
  private events = 0;
  /** Damaged lines of which nobody knows where they belonged. */
  private strayed = 0;
  private latest: RunAudit | undefined;

  constructor(options: ReadOptions) {
    this.options = options;
    this.formats = options.formats ?? FORMATS;
  }

  /** A line whose bytes say enough. */
  passed(head: Head, sealed: boolean, place: () => Place): void {
    if (this.isCopy(head.run, place)) return;
    const run = this.runOf(head.run, head.seq);
    const type = head.type ?? '';
    const wrong = run.sealed && !sealed ? NO_CRC : this.misplaced(run, type, head.seq, place);
    if (wrong !== undefined) {
      this.wrong(wrong, place, head);
      return;
    }
    this.counted(run, head.seq);
    this.skip(type);
  }

  /** The run of the line before. */
  get current(): RunAudit | undefined {
    return this.latest;
  }

  /** So many lines of the current run, each the next one, that nobody wants. */
  advance(lines: number): void {
    this.latest?.advance(lines);
    this.events += lines;
  }

  /** The next line of the current run, which is wanted and all right. */
  took(event: LogEvent): void {
    this.advance(1);
    this.options.onEvent(event);
  }

  /** Like `took`, of the last line of the current run. */
  ended(event: LogEvent, place: () => Place): void {
    const run = this.latest;
    if (run === undefined) return;
    this.advance(1);
    this.frame(event, run, place);
    if (!this.stopped) this.handOn(event, run);
  }

  /** Lines counted by `advance`, by type. */
  skippedTypes(counts: ReadonlyMap<string, number>): void {
    for (const [type, count] of counts) if (count > 0) this.skip(type, count);
  }

  /** A line that was parsed; `bytes` is its length. */
  parsed(value: unknown, seal: Seal, place: () => Place, bytes: number): void {
    const misshaped = wrongEnvelope(value);
    if (misshaped !== undefined) {
      this.wrong(misshaped, place);
      return;
    }
    const written = value as Enveloped;
    if (this.isCopy(written.run, place)) return;
    const run = this.runOf(written.run, written.seq);
    refuseNewer(written, this.formats.current, place);
    const event = upcast(written, run.format ?? formatOf(written), this.formats);
    const wrong = this.unfit(event, run, seal, bytes) ?? this.misplaced(run, event.type, event.seq, place);
    if (wrong !== undefined) {
      this.wrong(wrong, place, event);
      return;
    }
    this.counted(run, event.seq);
    this.frame(event as LogEvent, run, place);
    if (!this.stopped) this.handOn(event, run);
  }

  /** A line that is no event. `head`: what it says about itself, if that could be read. */
  wrong(wrong: Wrong, place: () => Place, head?: { readonly run: string; readonly seq: number }): void {
    if (head !== undefined && head.seq >= 0 && this.isCopy(head.run, place)) return;
    this.note(wrong, place, head);
    const run = head !== undefined && head.seq >= 0 ? this.runs.get(head.run) : undefined;
    if (run === undefined || !run.lose(head?.seq ?? -1)) this.strayed += 1;
  }

  torn(tail: TornTail): void {
    this.tails.push(tail);
  }

  /** Throws `LOG_EMPTY` when there was nothing at all. */
  report(): ReadReport {
    if (this.events === 0 && this.findings.length === 0) throw this.empty();
    const [writtenBy] = this.unknown.values();
    const tornOrClean = this.tails.length > 0 ? 'torn' : 'clean';
    return {
      end: this.findings.length > 0 ? 'corrupt' : tornOrClean,
      events: this.events,
      skippedTypes: Object.fromEntries(this.skipped),
      ...(writtenBy === undefined ? {} : { partial: { types: [...this.unknown.keys()], writtenBy } }),
      findings: this.findings,
      ...(this.unlisted.size === 0 ? {} : { unlisted: Object.fromEntries(this.unlisted) }),
      torn: this.tails,
      runs: [...this.runs.values()].map((run) => run.reading()).filter((run) => run.events > 0),
    };
  }

  /** What a part of a log comes to; undefined where anything about it is not as it should be. */
  part(): LogPart | undefined {
    const odd = this.findings.length > 0 || this.tails.length > 0 || this.unknown.size > 0;
    if (odd || this.again) return undefined;
    const runs = [...this.runs.values()].map((run) => run.piece());
    return { events: this.events, skippedTypes: [...this.skipped], over: [...this.over], runs };
  }

  private unfit(event: Enveloped, run: RunAudit, seal: Seal, bytes: number): Wrong | undefined {
    const declares = event.type === 'run.started' && event.data['checksum'] !== undefined;
    if ((run.sealed || declares) && seal === 'absent') return NO_CRC;
    return wrongPayload(event, bytes);
  }

  private note(
    wrong: Wrong,
    place: () => Place,
    head?: { readonly run: string; readonly seq: number },
  ): void {
    if (this.findings.length < MOST_LISTED) {
      const known = head !== undefined && head.seq >= 0 ? { run: head.run, seq: head.seq } : {};
      this.findings.push({ ...place(), ...known, ...wrong });
    } else this.unlisted.set(wrong.code, (this.unlisted.get(wrong.code) ?? 0) + 1);
    if (this.options.skipCorrupt !== true) this.stopped = true;
  }

  /** Returns what makes the line useless; a gap before it is noted, and the line still counts. */
  private misplaced(run: RunAudit, type: string, seq: number, place: () => Place): Wrong | undefined {
    const wrong = run.place(type, seq);
    if (wrong !== undefined && wrong.code !== 'seq-gap' && wrong.code !== 'no-start') return wrong;
    if (wrong === undefined) return undefined;
    run.damaged = true;
    const missing = run.missing(seq);
    // A gap no wider than the damage before it is that same damage.
    if (missing > 0 && missing <= this.strayed) this.strayed -= missing;
    else this.note(wrong, place, { run: run.run, seq });
    return undefined;
  }

  private counted(run: RunAudit, seq: number): void {
    run.count(seq);
    this.events += 1;
  }

  private frame(event: LogEvent, run: RunAudit, place: () => Place): void {
    if (event.type === 'run.started') run.start(event.data, event.at);
    if (event.type !== 'run.completed') return;
    const wrong = run.complete(event.data, event.seq);
    if (wrong === undefined) {
      if (this.options.part === true && run.isWhole) this.forget(run);
      return;
    }
    run.damaged = true;
    this.note(wrong, place, event);
  }

  /** Nothing more may come of it. */
  private forget({ run }: RunAudit): void {
    this.over.add(run);
    this.runs.delete(run);
  }

  private handOn(event: Enveloped, run: RunAudit): void {
    const known = isEventType(event.type) || isExtensionType(event.type);
    if (!known) this.unknown.set(event.type, run.writtenBy ?? 'an unknown version');
    const { handles, runs } = this.options;
    const wanted = (handles?.has(event.type) ?? true) && (runs?.(event.run) ?? true);
    if (known && wanted) this.options.onEvent(event as LogEvent);
    else this.skip(event.type);
  }

  private isCopy(run: string, place: () => Place): boolean {
    return this.options.isCopy?.(run, place().source) === true;
  }

  private skip(type: string, count = 1): void {
    this.skipped.set(type, (this.skipped.get(type) ?? 0) + count);
  }

  /** `seq`: of the line that asks. */
  private runOf(id: string, seq: number): RunAudit {
    if (this.latest?.run === id) return this.latest;
    let run = this.runs.get(id);
    if (run === undefined) {
      run = new RunAudit(id);
      this.again ||= this.over.has(id);
      if (this.options.part === true && seq > 0) run.adopt(seq, this.formats.current);
      this.runs.set(id, run);
    }
    this.latest = run;
    return run;
  }

  private empty(): PflowError {
    const bytes = this.tails.reduce((sum, tail) => sum + tail.bytes, 0);
    const what = bytes === 0 ? 'it has no bytes' : `its only line is cut off after ${String(bytes)} bytes`;
    return new PflowError('LOG_EMPTY', `the log holds no event: ${what}`, {
      hint: 'The run ended before its first event was written, or this is another file than you mean.',
    });
  }
}

/** Before anything else is asked of it: a newer format may have other rules. */
function refuseNewer(event: Enveloped, current: number, place: () => Place): void {
  const format = formatOf(event);
  if (format <= current || format === Infinity) return;
  const writer = event.data['pflow'];
  const { source } = place();
  const by = typeof writer === 'string' ? ` by pflow ${writer}` : '';
  throw new PflowError('LOG_FORMAT_NEWER', `"${source}" was written${by} in log format ${String(format)}`, {
    hint: `This pflow reads formats up to ${String(current)}: install a newer one.`,
    path: source,
  });
}

/** Told by the start of a run; Infinity where it is not. */
function formatOf({ type, data }: Enveloped): number {
  const format = type === 'run.started' ? data['format'] : undefined;
  return typeof format === 'number' ? format : Infinity;
}
