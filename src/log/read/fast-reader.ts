// Reads uncompressed log files with the scanner. It skips or decodes lines in the layout that pflow writes; every other
// line goes to the line parser. Does not read compressed files or lines above 16 MiB.
import { closeSync, readSync } from 'node:fs';
import { FORMATS } from '../../events/upcast.ts';
import { Scanner } from '../scanner/scanner.ts';
import { assertLog, beginsAsLog, HEAD_BYTES, isMarked } from './foreign-file.ts';
import { openPlainLog } from './log-bytes.ts';
import type { LogChecks } from './log-checks.ts';
import type { LineHandler, ReadPosition } from './read-lines.ts';
import type { ReadOptions } from './read-options.ts';
import type { Place } from './reading-report.ts';

/** Fits the cache of a core with everything else that is in use: larger windows are slower. */
const WINDOW_BYTES = 256 * 1024;
/** Longer lines are left to a reader that keeps only their length. */
const LARGEST_WINDOW_BYTES = 64 * WINDOW_BYTES;

/** How far a file is searched for lines of a log. */
const LARGEST_LOOK_BYTES = 64 * 1024 * 1024;

/** Searched first: cheap to read, and enough for most logs. */
const NEAR_BYTES = 4 * 1024;

/** Selects the lines that start in `[from, to)`; both offsets are first bytes of lines. */
interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const WHOLE_FILE: ByteRange = { from: 0, to: Infinity };

/** Copies bytes from `position` on into a buffer. Returns how many; 0 at the end. */
type Fill = (into: Buffer, position: number) => number;

/** Where another reader must continue. `fromStart`: the file is compressed or not a regular file. */
export interface Remainder extends ReadPosition {
  readonly fromStart: boolean;
}

/** Kept for reuse: creating a scanner takes longer than reading a short log. */
let idleScanner: Scanner | undefined;

export class FastReader {
  private readonly checks: LogChecks;
  private readonly handler: LineHandler;
  private readonly runs: (run: string) => boolean;
  private readonly scanner: Scanner;
  private readonly format: number;
  private source = '';
  private line = 1;
  /** Offset in the source of the first byte of the window. */
  private base = 0;
  private fill: Fill = () => 0;

  constructor(checks: LogChecks, handler: LineHandler, options: Omit<ReadOptions, 'onEvent'>) {
    const { handles, runs, skippable, checkEveryLine = false } = options;
    this.checks = checks;
    this.handler = handler;
    this.format = (options.formats ?? FORMATS).current;
    this.runs = runs ?? ((): boolean => true);
    this.scanner = idleScanner ?? new Scanner(WINDOW_BYTES);
    idleScanner = undefined;
    this.scanner.begin({
      handles: handles ?? new Set(),
      withoutRawUsage: skippable?.has('raw_usage') === true,
      withoutOrdinaryUsage: skippable?.has('ordinary_usage') === true,
      withoutWords: skippable?.has('words') === true,
      withoutNodes: skippable?.has('nodes') === true,
      withoutTimes: skippable?.has('times') === true,
      checkEveryLine,
    });
  }

  /**
   * Returns undefined when everything was read, or reading was stopped. Throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`,
   * `NOT_A_LOG`.
   */
  read(path: string, range = WHOLE_FILE): Remainder | undefined {
    const log = openPlainLog(path);
    if (log === undefined) return { line: 1, offset: 0, fromStart: true };
    try {
      const { file } = log;
      return this.readFrom(path, (into, position) => readSync(file, into, 0, into.length, position), range);
    } finally {
      closeSync(log.file);
    }
  }

  /** Like `read`, for bytes from any source. */
  readFrom(source: string, fill: Fill, range = WHOLE_FILE): Remainder | undefined {
    this.source = source;
    this.line = 1;
    this.base = range.from;
    this.fill = fill;
    this.followCurrent();
    let heldBytes = 0;
    for (;;) {
      if (heldBytes === this.scanner.window.length && !this.grow()) {
        this.refuseForeign();
        return { line: this.line, offset: this.base, fromStart: false };
      }
      const { window } = this.scanner;
      const end = Math.min(window.length, range.to - this.base);
      const count = end === heldBytes ? 0 : fill(window.subarray(heldBytes, end), this.base + heldBytes);
      if (count === 0) break;
      const start = this.readLines(heldBytes + count);
      if (this.checks.stopped) return undefined;
      heldBytes = heldBytes + count - start;
      window.copyWithin(0, start, start + heldBytes);
      this.base += start;
    }
    if (heldBytes === 0) return undefined;
    this.refuseForeign();
    this.checks.onTornTail({ ...this.place(0), bytes: heldBytes });
    return undefined;
  }

  /** Must be called once, after the last file. */
  finish(): void {
    this.checks.countSkippedTypes(this.scanner.skippedTypes());
    idleScanner = this.scanner;
  }

  /** Reads all whole lines up to `end`. Returns where the unfinished line starts. */
  private readLines(end: number): number {
    const { checks, scanner, handler } = this;
    for (let at = 0; ; at = scanner.end + 1) {
      const found = scanner.scan(at, end);
      if (scanner.skipped > 0) {
        checks.countSkippedLines(scanner.skipped);
        this.line += scanner.skipped;
      }
      if (found === 'more') return scanner.start;
      const event = found === 'event' ? scanner.event() : undefined;
      if (event !== undefined && event.type !== 'run.completed') checks.onEvent(event);
      else {
        if (event === undefined) this.refuseForeign(scanner.start);
        const { start } = scanner;
        const place = (): Place => this.place(start);
        if (event === undefined) handler.onLine(scanner.window, start, scanner.end, place);
        else checks.onRunEnd(event, place);
        this.followCurrent();
      }
      this.line += 1;
      if (checks.stopped) return scanner.start;
    }
  }

  /** Refuses a source that is not a log when its first line is irregular. `start`: of that line, in the window. */
  private refuseForeign(start = 0): void {
    if (this.line > 1 || this.base + start > 0) return;
    // An older or damaged log mostly has its marks here.
    const near = Buffer.alloc(NEAR_BYTES);
    if (beginsAsLog(near.toString('latin1', 0, this.fill(near, 0)))) return;
    const bytes = Buffer.alloc(HEAD_BYTES);
    let count = 0;
    for (let more = this.fill(bytes, 0); more > 0; more = this.fill(bytes.subarray(count), count))
      count += more;
    const head = Buffer.from(bytes.subarray(0, count));
    const isLarge = count === bytes.length && !isMarked(head.toString('latin1'));
    // Much damage may come before the first line of a log.
    for (let at = count; isLarge && count > 0 && at < LARGEST_LOOK_BYTES; at += count) {
      count = this.fill(bytes, at);
      if (isMarked(bytes.toString('latin1', 0, count))) return;
    }
    assertLog(this.source, head, head.length < bytes.length);
  }

  private place(start: number): Place {
    return { source: this.source, line: this.line, offset: this.base + start };
  }

  private followCurrent(): void {
    const { current } = this.checks;
    // Lines of an older format may have another meaning.
    if (current?.format !== this.format) this.scanner.follow('', -1, true);
    else this.scanner.follow(current.run, current.expectedSeq, this.runs(current.run));
  }

  private grow(): boolean {
    const bytes = this.scanner.window.length * 2;
    if (bytes > LARGEST_WINDOW_BYTES) return false;
    this.scanner.grow(bytes);
    return true;
  }
}
