// Checks the lines of a log in order, emits the valid events that are requested, and records findings for the rest.
// Knows no files and no streams.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import type { SkippablePart } from '../../events/skippable.ts';
import { FORMATS, upcast, type Formats } from '../../events/upcast.ts';
import { isEventType, isExtensionType } from '../../events/vocabulary.ts';
import type { Seal } from '../line-form.ts';
import type { ParsedEvent } from './event-shape.ts';
import { envelopeDamage, payloadDamage } from './event-shape.ts';
import type { LineDamage } from './line-checks.ts';
import type { LogPart } from './log-part.ts';
import type { Finding, FindingCode, Place, ReadReport, TornTail } from './read-report.ts';
import { RunChecks } from './run-checks.ts';

export interface ReadOptions {
  /** Types to emit; lines of other known types are skipped unparsed. Absent: all, including `x.…`. */
  readonly handles?: ReadonlySet<string>;
  /** Selects runs to emit; of all others only the frames are read. Absent: all. */
  readonly runs?: (run: string) => boolean;
  /** Whether a source repeats an earlier run byte for byte: its lines there are not read again. */
  readonly isCopy?: (run: string, source: string) => boolean;
  /** Parts of payloads that no projection reads: an event may lack them. */
  readonly skippable?: ReadonlySet<SkippablePart>;
  /** The source is a part of a log: runs may start before it. */
  readonly part?: boolean;
  /** Also verify the checksum of skipped lines; one without a checksum is then parsed. */
  readonly checkEveryLine?: boolean;
  /** Continue after damage; otherwise reading stops at the first damaged line. */
  readonly skipCorrupt?: boolean;
  /** Known log formats; by default those of this version. */
  readonly formats?: Formats;
  readonly onEvent: (event: LogEvent) => void;
}

/** The fixed start of a line; `seq` is -1 where it could not be read. */
interface Head {
  readonly type: string | undefined;
  readonly run: string;
  readonly seq: number;
}

/** Limits memory: in a file that is not a log, every line is a finding. */
const MAX_LISTED = 10_000;

const NO_CRC: LineDamage = { code: 'crc-missing', why: 'the line has no checksum where it should' };

export class LogChecks {
  stopped = false;
  private readonly options: ReadOptions;
  private readonly formats: Formats;
  private readonly runs = new Map<string, RunChecks>();
  /** Runs that started and ended in this part of a log. */
  private readonly endedRuns = new Set<string>();
  /** A run that had ended appears again, which is damage. */
  private hasRepeatedRun = false;
  private readonly findings: Finding[] = [];
  private readonly unlisted = new Map<FindingCode, number>();
  private readonly tornTails: TornTail[] = [];
  private readonly skipped = new Map<string, number>();
  private readonly unknownTypes = new Map<string, string>();
  private events = 0;
  /** Number of damaged lines whose run is unknown. */
  private unassigned = 0;
  private currentRun: RunChecks | undefined;

  constructor(options: ReadOptions) {
    this.options = options;
    this.formats = options.formats ?? FORMATS;
  }

  /** Counts a line that was not parsed. */
  onSkipped(head: Head, sealed: boolean, place: () => Place): void {
    if (this.isCopy(head.run, place)) return;
    const run = this.runOf(head.run, head.seq);
    const type = head.type ?? '';
    const onDamage = run.sealed && !sealed ? NO_CRC : this.positionDamage(run, type, head.seq, place);
    if (onDamage !== undefined) {
      this.wrong(onDamage, place, head);
      return;
    }
    this.countLine(run, head.seq);
    this.skip(type);
  }

  /** The run of the previous line. */
  get current(): RunChecks | undefined {
    return this.currentRun;
  }

  /** Counts consecutive lines of the current run that are not requested. */
  skipLines(lines: number): void {
    this.currentRun?.skipLines(lines);
    this.events += lines;
  }

  /** Emits the next line of the current run, already checked and requested. */
  onEvent(event: LogEvent): void {
    this.skipLines(1);
    this.options.onEvent(event);
  }

  /** Like `onEvent`, for the last line of the current run. */
  onRunEnd(event: LogEvent, place: () => Place): void {
    const run = this.currentRun;
    if (run === undefined) return;
    this.skipLines(1);
    this.updateRun(event, run, place);
    if (!this.stopped) this.emit(event, run);
  }

  /** Adds the lines counted by `skipLines`, by type. */
  countSkipped(counts: ReadonlyMap<string, number>): void {
    for (const [type, count] of counts) if (count > 0) this.skip(type, count);
  }

  /** Checks a parsed line; `bytes` is its length. */
  onParsed(value: unknown, seal: Seal, place: () => Place, bytes: number): void {
    const misshaped = envelopeDamage(value);
    if (misshaped !== undefined) {
      this.wrong(misshaped, place);
      return;
    }
    const written = value as ParsedEvent;
    if (this.isCopy(written.run, place)) return;
    const run = this.runOf(written.run, written.seq);
    refuseNewer(written, this.formats.current, place);
    const event = upcast(written, run.format ?? formatOf(written), this.formats);
    const wrong =
      this.contentDamage(event, run, seal, bytes) ?? this.positionDamage(run, event.type, event.seq, place);
    if (wrong !== undefined) {
      this.wrong(wrong, place, event);
      return;
    }
    this.countLine(run, event.seq);
    this.updateRun(event as LogEvent, run, place);
    if (!this.stopped) this.emit(event, run);
  }

  /** Records a line that is not an event. `head`: its run and seq, if they could be read. */
  wrong(wrong: LineDamage, place: () => Place, head?: { readonly run: string; readonly seq: number }): void {
    if (head !== undefined && head.seq >= 0 && this.isCopy(head.run, place)) return;
    this.addFinding(wrong, place, head);
    const run = head !== undefined && head.seq >= 0 ? this.runs.get(head.run) : undefined;
    if (run === undefined || !run.countDamaged(head?.seq ?? -1)) this.unassigned += 1;
  }

  onTornTail(tail: TornTail): void {
    this.tornTails.push(tail);
  }

  /** Throws `LOG_EMPTY` when there is neither an event nor a finding. */
  report(): ReadReport {
    if (this.events === 0 && this.findings.length === 0) throw this.emptyLogError();
    const [writtenBy] = this.unknownTypes.values();
    const tornOrClean = this.tornTails.length > 0 ? 'torn' : 'clean';
    return {
      end: this.findings.length > 0 ? 'corrupt' : tornOrClean,
      events: this.events,
      skippedTypes: Object.fromEntries(this.skipped),
      ...(writtenBy === undefined ? {} : { partial: { types: [...this.unknownTypes.keys()], writtenBy } }),
      findings: this.findings,
      ...(this.unlisted.size === 0 ? {} : { unlisted: Object.fromEntries(this.unlisted) }),
      torn: this.tornTails,
      runs: [...this.runs.values()].map((run) => run.reading()).filter((run) => run.events > 0),
    };
  }

  /** Summarises a part of a log. Returns undefined where anything in it is invalid or unknown. */
  part(): LogPart | undefined {
    const isIrregular = this.findings.length > 0 || this.tornTails.length > 0 || this.unknownTypes.size > 0;
    if (isIrregular || this.hasRepeatedRun) return undefined;
    const runs = [...this.runs.values()].map((run) => run.piece());
    return { events: this.events, skippedTypes: [...this.skipped], endedRuns: [...this.endedRuns], runs };
  }

  private contentDamage(
    event: ParsedEvent,
    run: RunChecks,
    seal: Seal,
    bytes: number,
  ): LineDamage | undefined {
    const declares = event.type === 'run.started' && event.data['checksum'] !== undefined;
    if ((run.sealed || declares) && seal === 'absent') return NO_CRC;
    return payloadDamage(event, bytes);
  }

  private addFinding(
    wrong: LineDamage,
    place: () => Place,
    head?: { readonly run: string; readonly seq: number },
  ): void {
    if (this.findings.length < MAX_LISTED) {
      const known = head !== undefined && head.seq >= 0 ? { run: head.run, seq: head.seq } : {};
      this.findings.push({ ...place(), ...known, ...wrong });
    } else this.unlisted.set(wrong.code, (this.unlisted.get(wrong.code) ?? 0) + 1);
    if (this.options.skipCorrupt !== true) this.stopped = true;
  }

  /** Returns what invalidates the line. A gap before it is only a finding, and the line still counts. */
  private positionDamage(
    run: RunChecks,
    type: string,
    seq: number,
    place: () => Place,
  ): LineDamage | undefined {
    const wrong = run.checkPosition(type, seq);
    if (wrong !== undefined && wrong.code !== 'seq-gap' && wrong.code !== 'no-start') return wrong;
    if (wrong === undefined) return undefined;
    run.damaged = true;
    const missing = run.missing(seq);
    // A gap no larger than the damage before it is the same damage.
    if (missing > 0 && missing <= this.unassigned) this.unassigned -= missing;
    else this.addFinding(wrong, place, { run: run.run, seq });
    return undefined;
  }

  private countLine(run: RunChecks, seq: number): void {
    run.countLine(seq);
    this.events += 1;
  }

  private updateRun(event: LogEvent, run: RunChecks, place: () => Place): void {
    if (event.type === 'run.started') run.start(event.data, event.at);
    if (event.type !== 'run.completed') return;
    const wrong = run.complete(event.data, event.seq);
    if (wrong === undefined) {
      if (this.options.part === true && run.isWhole) this.forgetRun(run);
      return;
    }
    run.damaged = true;
    this.addFinding(wrong, place, event);
  }

  /** Drops an ended run; another line of it is damage. */
  private forgetRun({ run }: RunChecks): void {
    this.endedRuns.add(run);
    this.runs.delete(run);
  }

  private emit(event: ParsedEvent, run: RunChecks): void {
    const known = isEventType(event.type) || isExtensionType(event.type);
    if (!known) this.unknownTypes.set(event.type, run.writtenBy ?? 'an unknown version');
    const { handles, runs } = this.options;
    const isRequested = (handles?.has(event.type) ?? true) && (runs?.(event.run) ?? true);
    if (known && isRequested) this.options.onEvent(event as LogEvent);
    else this.skip(event.type);
  }

  private isCopy(run: string, place: () => Place): boolean {
    return this.options.isCopy?.(run, place().source) === true;
  }

  private skip(type: string, count = 1): void {
    this.skipped.set(type, (this.skipped.get(type) ?? 0) + count);
  }

  /** `seq` is that of the line being checked. */
  private runOf(id: string, seq: number): RunChecks {
    if (this.currentRun?.run === id) return this.currentRun;
    let run = this.runs.get(id);
    if (run === undefined) {
      run = new RunChecks(id);
      this.hasRepeatedRun ||= this.endedRuns.has(id);
      if (this.options.part === true && seq > 0) run.assumeStart(seq, this.formats.current);
      this.runs.set(id, run);
    }
    this.currentRun = run;
    return run;
  }

  private emptyLogError(): PflowError {
    const bytes = this.tornTails.reduce((sum, tail) => sum + tail.bytes, 0);
    const what = bytes === 0 ? 'it has no bytes' : `its only line is cut off after ${String(bytes)} bytes`;
    return new PflowError('LOG_EMPTY', `the log holds no event: ${what}`, {
      hint: 'The run ended before its first event was written, or this is not the intended file.',
    });
  }
}

/** Runs before all other checks: a newer format may have other rules. */
function refuseNewer(event: ParsedEvent, current: number, place: () => Place): void {
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

/** The format that the start of a run declares; Infinity where the format is missing. */
function formatOf({ type, data }: ParsedEvent): number {
  const format = type === 'run.started' ? data['format'] : undefined;
  return typeof format === 'number' ? format : Infinity;
}
