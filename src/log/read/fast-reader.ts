// Reads plain log files through the scanner: what lies as our writer lays it is passed over or taken apart by the
// scanner, every other line goes to the walker that parses. It knows no packed files and no endless lines.
import { closeSync, readSync } from 'node:fs';
import { FORMATS } from '../../events/upcast.ts';
import type { LogAudit, ReadOptions } from './log-checks.ts';
import { openPlainLog } from './log-bytes.ts';
import type { Place } from './read-report.ts';
import { Scanner } from '../scanner/scanner.ts';
import type { LineWalker, Reached } from './read-lines.ts';

/** Fits the cache of a core together with all else: larger ones are slower. */
const WINDOW_BYTES = 256 * 1024;
/** Longer lines are left to a reader that keeps nothing but their length. */
const LARGEST_WINDOW_BYTES = 64 * WINDOW_BYTES;

/** Lines of a file that begin from `from` on and before `to`; both are the first bytes of lines. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const WHOLE: Range = { from: 0, to: Infinity };

/** Puts the bytes from `position` on into a buffer; returns how many, 0 at the end. */
export type Fill = (into: Buffer, position: number) => number;

/** Where somebody else has to go on; `packed`: from the very start, since it is no plain file. */
export interface LeftOver extends Reached {
  readonly packed: boolean;
}

/** Making one takes longer than reading a short log. */
let idle: Scanner | undefined;

export class LogScanning {
  private readonly audit: LogAudit;
  private readonly walker: LineWalker;
  private readonly runs: (run: string) => boolean;
  private readonly scanner: Scanner;
  private readonly format: number;
  private source = '';
  private line = 1;
  /** Of the first byte of the window. */
  private base = 0;

  constructor(audit: LogAudit, walker: LineWalker, options: Omit<ReadOptions, 'onEvent'>) {
    const { handles, runs, overlooks, checkEveryLine = false } = options;
    this.audit = audit;
    this.walker = walker;
    this.format = (options.formats ?? FORMATS).current;
    this.runs = runs ?? ((): boolean => true);
    this.scanner = idle ?? new Scanner(WINDOW_BYTES);
    idle = undefined;
    this.scanner.begin({
      handles: handles ?? new Set(),
      withoutRawUsage: overlooks?.has('raw_usage') === true,
      withoutWords: overlooks?.has('words') === true,
      withoutNodes: overlooks?.has('nodes') === true,
      checkEveryLine,
    });
  }

  /** Undefined when everything was read, or reading was stopped. Throws `FILE_NOT_FOUND` and `FILE_UNREADABLE`. */
  read(path: string, range = WHOLE): LeftOver | undefined {
    const log = openPlainLog(path);
    if (log === undefined) return { line: 1, offset: 0, packed: true };
    try {
      const { file } = log;
      return this.readFrom(path, (into, position) => readSync(file, into, 0, into.length, position), range);
    } finally {
      closeSync(log.file);
    }
  }

  /** Like `read`, of plain bytes wherever they are. */
  readFrom(source: string, fill: Fill, range = WHOLE): LeftOver | undefined {
    this.source = source;
    this.line = 1;
    this.base = range.from;
    this.followCurrent();
    let held = 0;
    for (;;) {
      if (held === this.scanner.window.length && !this.grow()) {
        return { line: this.line, offset: this.base, packed: false };
      }
      const { window } = this.scanner;
      const end = Math.min(window.length, range.to - this.base);
      const count = end === held ? 0 : fill(window.subarray(held, end), this.base + held);
      if (count === 0) break;
      const start = this.lines(held + count);
      if (this.audit.stopped) return undefined;
      held = held + count - start;
      window.copyWithin(0, start, start + held);
      this.base += start;
    }
    if (held > 0) this.audit.torn({ ...this.place(0), bytes: held });
    return undefined;
  }

  /** To be called once, after all files and nothing after it. */
  finish(): void {
    this.audit.skippedTypes(this.scanner.passedTypes());
    idle = this.scanner;
  }

  /** All whole lines up to `end`; returns where the unfinished one begins. */
  private lines(end: number): number {
    const { audit, scanner, walker } = this;
    for (let at = 0; ; at = scanner.end + 1) {
      const found = scanner.scan(at, end);
      if (scanner.passed > 0) {
        audit.advance(scanner.passed);
        this.line += scanner.passed;
      }
      if (found === 'more') return scanner.start;
      const event = found === 'event' ? scanner.event() : undefined;
      if (event !== undefined && event.type !== 'run.completed') audit.took(event);
      else {
        const { start } = scanner;
        const place = (): Place => this.place(start);
        if (event === undefined) walker.line(scanner.window, start, scanner.end, place);
        else audit.ended(event, place);
        this.followCurrent();
      }
      this.line += 1;
      if (audit.stopped) return scanner.start;
    }
  }

  private place(start: number): Place {
    return { source: this.source, line: this.line, offset: this.base + start };
  }

  private followCurrent(): void {
    const { current } = this.audit;
    // Lines of an older format may mean something else.
    if (current?.format !== this.format) this.scanner.follow('', -1, true);
    else this.scanner.follow(current.run, current.expected, this.runs(current.run));
  }

  private grow(): boolean {
    const bytes = this.scanner.window.length * 2;
    if (bytes > LARGEST_WINDOW_BYTES) return false;
    this.scanner.grow(bytes);
    return true;
  }
}
