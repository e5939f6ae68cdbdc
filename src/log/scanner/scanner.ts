// Wraps the compiled scanner: bytes in, decoded lines out. Knows the memory layout of `assembly/scan.ts`; does not check
// lines against their run.
import type { LogEvent } from '../../events/event.ts';
import { EVENT_TYPES } from '../../events/vocabulary.ts';
import { SCANNER_BYTES } from './scanner-bytes.ts';
import { EventBuilder, type ScannedType } from './event-builder.ts';
import { END, PASSED, START } from './result-slots.ts';
import type { ScannerExports } from './scanner-exports.ts';

/** `more`: no whole line is left. `event`: a decoded line. `unrecognised`: a line that has to be parsed. */
export type Scanned = 'more' | 'event' | 'unrecognised';

export interface ScannerOptions {
  /** Types to decode; all others are skipped. */
  readonly handles: ReadonlySet<string>;
  /** `raw_usage` of model calls is left out. */
  readonly withoutRawUsage: boolean;
  /** Of prompts and answers only the call number is kept. */
  readonly withoutWords: boolean;
  /** The nodes of a workflow are left out. */
  readonly withoutNodes: boolean;
  /** Also verify the checksum of skipped lines. */
  readonly checkEveryLine: boolean;
}

/** Types that `assembly/scan.ts` decodes; their number there is the position here, from 1. */
const FORMS: readonly string[] = [
  'node.started',
  'node.completed',
  'llm.completed',
  'llm.prompted',
  'llm.answered',
  'workflow.started',
  'workflow.completed',
  'run.completed',
] satisfies ScannedType[];
/** Decoded only where their text is not requested. */
const WORDY: ReadonlySet<string> = new Set(['llm.prompted', 'llm.answered']);
const PASS = 0;
const UNRECOGNISED = 32;
const FRAME = 33;
const PAGE_BYTES = 65_536;
/** The scanner reads beyond its position. */
const MARGIN_BYTES = 128;

let compiled: WebAssembly.Module | undefined;

export class Scanner {
  /** Memory for lines. Replaced by `grow`. */
  window: Buffer;
  /** Bounds in `window` of the found line, newline excluded; with `more`, `start` of the unfinished one. */
  start = 0;
  end = 0;
  /** Lines skipped since the previous call. */
  passed = 0;
  private readonly exports: ScannerExports;
  private readonly heap: number;
  private found: ScannedType | undefined;
  private readonly builder: EventBuilder;
  private ints: Int32Array;

  constructor(windowBytes: number) {
    compiled ??= new WebAssembly.Module(Buffer.from(SCANNER_BYTES, 'base64'));
    this.exports = new WebAssembly.Instance(compiled, { env: {} }).exports as unknown as ScannerExports;
    this.heap = this.exports.heap();
    for (const type of EVENT_TYPES) this.addType(type);
    this.window = this.windowOf(windowBytes);
    this.ints = this.view();
    this.builder = new EventBuilder(this.exports);
  }

  /** Resets for another log: no line skipped, no run known. */
  begin(options: ScannerOptions): void {
    for (const [index, type] of EVENT_TYPES.entries()) this.exports.treat(index, treatmentOf(type, options));
    this.builder.withoutRawUsage = options.withoutRawUsage;
    this.exports.check(options.checkEveryLine ? 1 : 0);
    this.exports.follow(-1, 1);
  }

  /** Sets the run and the seq of its next line; with a negative seq every line is unrecognised. */
  follow(run: string, seq: number, isRequested: boolean): void {
    // The scanner expects ids of this length.
    const known = seq >= 0 && run.length === 36;
    if (known) this.builder.follow(run);
    this.exports.follow(known ? seq : -1, isRequested ? 1 : 0);
  }

  /** Scans `window` from `from`; its bytes up to `to` are valid. */
  scan(from: number, to: number): Scanned {
    const result = this.exports.scan(this.heap + from, this.heap + to);
    this.start = (this.ints[START] ?? 0) - this.heap;
    this.passed = this.ints[PASSED] ?? 0;
    if (result === 0) return 'more';
    this.end = (this.ints[END] ?? 0) - this.heap;
    this.found = FORMS[result - 1] as ScannedType | undefined;
    return this.found === undefined ? 'unrecognised' : 'event';
  }

  /** The event of the found line. Returns undefined where the parser has to report the problem. */
  event(): LogEvent | undefined {
    return this.found === undefined ? undefined : this.builder.event(this.found);
  }

  /** Number of skipped lines by type. */
  passedTypes(): ReadonlyMap<string, number> {
    const counts = new Uint32Array(this.exports.memory.buffer, this.exports.counts(), EVENT_TYPES.length);
    return new Map(EVENT_TYPES.map((type, index) => [type, counts[index] ?? 0]));
  }

  /** Enlarges the window; its content stays. */
  grow(windowBytes: number): void {
    this.window = this.windowOf(windowBytes);
    this.ints = this.view();
    this.builder.memoryMoved();
  }

  private addType(type: string): void {
    const bytes = Buffer.from(type);
    Buffer.from(this.exports.memory.buffer, this.exports.scratch()).set(bytes);
    this.exports.addType(bytes.length);
  }

  private windowOf(bytes: number): Buffer {
    const { memory } = this.exports;
    const missing = this.heap + bytes + MARGIN_BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return Buffer.from(memory.buffer, this.heap, bytes);
  }

  private view(): Int32Array {
    return new Int32Array(this.exports.memory.buffer, this.exports.ints(), 64);
  }
}

function treatmentOf(type: string, { handles, withoutWords, withoutNodes }: ScannerOptions): number {
  if (type === 'run.started') return FRAME;
  // Ends a run, requested or not.
  if (!handles.has(type) && type !== 'run.completed') return PASS;
  if (type === 'workflow.started' && !withoutNodes) return UNRECOGNISED;
  if (WORDY.has(type) && !withoutWords) return UNRECOGNISED;
  const form = FORMS.indexOf(type);
  return form < 0 ? UNRECOGNISED : form + 1;
}
