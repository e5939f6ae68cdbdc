// Checks the lines of a log in order. Emits the valid events that are requested, and records findings for the rest.
// Knows no files and no streams.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import { FORMATS, upcast, type Formats } from '../../events/upcast.ts';
import { isEventType, isExtensionType } from '../../events/vocabulary.ts';
import { present } from '../../values/present.ts';
import type { ChecksumState } from '../line-form.ts';
import { envelopeDamage, payloadDamage, type ParsedEvent } from './event-shape.ts';
import { FindingList, type LineOrigin } from './finding-list.ts';
import type { HeadFields } from './line-head.ts';
import { formatOfEvent, refuseNewerFormat } from './log-format.ts';
import type { ReadOptions } from './read-options.ts';
import type { LineDamage, LogPart, Place, ReadReport, TornTail } from './reading-report.ts';
import { RunChecks } from './run-checks.ts';

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
  private readonly findings = new FindingList();
  private readonly tornTails: TornTail[] = [];
  private readonly skipped = new Map<string, number>();
  private readonly unknownTypes = new Map<string, string>();
  private events = 0;
  /** Number of damaged lines whose run is unknown. */
  private unassigned = 0;
  private currentRun: RunChecks | undefined;
  /** Runs with lines in the current source, and how many lines they had before it. */
  private entered = new Map<RunChecks, number>();

  constructor(options: ReadOptions) {
    this.options = options;
    this.formats = options.formats ?? FORMATS;
  }

  /** Counts a line that was not parsed. */
  onSkipped(head: HeadFields, hasChecksum: boolean, place: () => Place): void {
    if (this.isCopy(head.run, place)) return;
    const run = this.runOf(head.run, head.seq);
    const type = head.type ?? '';
    const damage =
      run.hasChecksums && !hasChecksum ? NO_CRC : this.positionDamage(run, type, head.seq, place);
    if (damage !== undefined) {
      this.onDamage(damage, place, head);
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
  countSkippedLines(lines: number): void {
    this.currentRun?.countSkippedLines(lines);
    this.events += lines;
  }

  /** Emits the next line of the current run, already checked and requested. */
  onEvent(event: LogEvent): void {
    this.countSkippedLines(1);
    this.options.onEvent(event);
  }

  /** Like `onEvent`, for the last line of the current run. */
  onRunEnd(event: LogEvent, place: () => Place): void {
    const run = this.currentRun;
    if (run === undefined) return;
    this.countSkippedLines(1);
    this.updateRun(event, run, place);
    if (!this.stopped) this.emit(event, run);
  }

  /** Adds the lines counted by `countSkippedLines`, by type. */
  countSkippedTypes(counts: ReadonlyMap<string, number>): void {
    for (const [type, count] of counts) if (count > 0) this.skip(type, count);
  }

  /** Checks a parsed line; `bytes` is its length. */
  onParsed(value: unknown, checksum: ChecksumState, place: () => Place, bytes: number): void {
    const invalidEnvelope = envelopeDamage(value);
    if (invalidEnvelope !== undefined) {
      this.onDamage(invalidEnvelope, place);
      return;
    }
    const written = value as ParsedEvent;
    if (this.isCopy(written.run, place)) return;
    const run = this.runOf(written.run, written.seq);
    refuseNewerFormat(written, this.formats.current, () => place().source);
    const event = upcast(written, run.format ?? formatOfEvent(written), this.formats);
    const damage =
      this.contentDamage(event, run, checksum, bytes) ??
      this.positionDamage(run, event.type, event.seq, place);
    if (damage !== undefined) {
      this.onDamage(damage, place, event);
      return;
    }
    this.countLine(run, event.seq);
    this.updateRun(event as LogEvent, run, place);
    if (!this.stopped) this.emit(event, run);
  }

  /** Records a line that is not an event. `head`: its run and seq, as far as they could be read. */
  onDamage(damage: LineDamage, place: () => Place, head?: LineOrigin): void {
    const origin = head !== undefined && head.seq >= 0 ? head : undefined;
    if (origin !== undefined && this.isCopy(origin.run, place)) return;
    this.addFinding(damage, place, origin);
    const isAssigned = origin !== undefined && this.runs.get(origin.run)?.countDamaged(origin.seq) === true;
    if (!isAssigned) this.unassigned += 1;
  }

  onTornTail(tail: TornTail): void {
    this.tornTails.push(tail);
  }

  /** Begins another source. Lists the runs that have lines in the last one, and no end so far. */
  nextSource(): string[] {
    const { entered, currentRun } = this;
    this.entered = new Map(currentRun === undefined ? [] : [[currentRun, currentRun.lines]]);
    return [...entered].flatMap(([run, before]) => (run.isOpen && run.lines > before ? [run.run] : []));
  }

  /** Throws `LOG_EMPTY` when there is neither an event nor a finding. */
  report(): ReadReport {
    if (this.events === 0 && this.findings.isEmpty) throw this.emptyLogError();
    const { findings } = this;
    const [writtenBy] = this.unknownTypes.values();
    const types = [...this.unknownTypes.keys()];
    const tornOrClean = this.tornTails.length > 0 ? 'torn' : 'clean';
    return {
      end: findings.isEmpty ? tornOrClean : 'corrupt',
      events: this.events,
      skippedTypes: Object.fromEntries(this.skipped),
      ...present({ partial: writtenBy === undefined ? undefined : { types, writtenBy } }),
      findings: findings.listed,
      ...present({ unlisted: findings.unlisted }),
      torn: this.tornTails,
      runs: [...this.runs.values()].map((run) => run.reading()).filter((run) => run.events > 0),
    };
  }

  /** Summarises a part of a log. Returns undefined where anything in it is invalid or unknown. */
  part(): Omit<LogPart, 'open'> | undefined {
    const isIrregular = !this.findings.isEmpty || this.tornTails.length > 0 || this.unknownTypes.size > 0;
    if (isIrregular || this.hasRepeatedRun) return undefined;
    const runs = [...this.runs.values()].map((run) => run.piece());
    return { events: this.events, skippedTypes: [...this.skipped], endedRuns: [...this.endedRuns], runs };
  }

  private contentDamage(
    event: ParsedEvent,
    run: RunChecks,
    checksum: ChecksumState,
    bytes: number,
  ): LineDamage | undefined {
    const declares = event.type === 'run.started' && event.data['checksum'] !== undefined;
    if ((run.hasChecksums || declares) && checksum === 'missing') return NO_CRC;
    return payloadDamage(event, bytes);
  }

  private addFinding(damage: LineDamage, place: () => Place, origin?: LineOrigin): void {
    this.findings.add(damage, place, origin);
    if (this.options.skipCorrupt !== true) this.stopped = true;
  }

  /** Returns what invalidates the line. A gap before it is only a finding, and the line still counts. */
  private positionDamage(
    run: RunChecks,
    type: string,
    seq: number,
    place: () => Place,
  ): LineDamage | undefined {
    const damage = run.checkPosition(type, seq);
    if (damage === undefined) return undefined;
    if (damage.code !== 'seq-gap' && damage.code !== 'no-start') return damage;
    run.damaged = true;
    const missing = run.missingBefore(seq);
    // A gap no larger than the damage before it is the same damage.
    if (missing > 0 && missing <= this.unassigned) this.unassigned -= missing;
    else this.addFinding(damage, place, { run: run.run, seq });
    return undefined;
  }

  private countLine(run: RunChecks, seq: number): void {
    run.countLine(seq);
    this.events += 1;
  }

  private updateRun(event: LogEvent, run: RunChecks, place: () => Place): void {
    if (event.type === 'run.started') run.start(event.data, event.at);
    if (event.type !== 'run.completed') return;
    const damage = run.complete(event.data, event.seq);
    if (damage === undefined) {
      if (this.options.part === true && run.isWholeFromStart) this.forgetRun(run);
      return;
    }
    run.damaged = true;
    this.addFinding(damage, place, event);
  }

  /** Drops an ended run; another line of it is damage. */
  private forgetRun(run: RunChecks): void {
    this.endedRuns.add(run.run);
    this.runs.delete(run.run);
    this.entered.delete(run);
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
    if (!this.entered.has(run)) this.entered.set(run, run.lines);
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
