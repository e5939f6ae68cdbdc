// The scanner as the reader sees it: bytes in, and out come the lines that matter, taken apart. It knows the memory of
// the compiled `assembly/scan.ts`; what a line means for its run is not its affair.
import type { LogEvent } from '../../events/event.ts';
import { EVENT_TYPES } from '../../events/vocabulary.ts';
import { SCANNER_BYTES } from './scanner-bytes.ts';
import { EventBuilder, type ScannedType } from './event-builder.ts';
import type { ScannerExports } from './scanner-exports.ts';

/** `more`: no whole line is left. `event`: one that was taken apart. `odd`: one that has to be parsed. */
export type Scanned = 'more' | 'event' | 'odd';

export interface ScannerOptions {
  /** Types that are wanted; all others are passed over. */
  readonly handles: ReadonlySet<string>;
  /** `raw_usage` of model calls is left out. */
  readonly withoutRawUsage: boolean;
  /** Of prompts and answers only the number of the call is kept. */
  readonly withoutWords: boolean;
  /** The nodes of a workflow are left out. */
  readonly withoutNodes: boolean;
  /** The checksum of every line has to be right, whoever wants it. */
  readonly checkEveryLine: boolean;
}

/** Types with a form of their own in `assembly/scan.ts`; their number there is the place here, from 1. */
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
/** Taken apart only where nobody wants their words. */
const WORDY: ReadonlySet<string> = new Set(['llm.prompted', 'llm.answered']);
const PASS = 0;
const ODD = 32;
const FRAME = 33;
const PAGE_BYTES = 65_536;
/** The scanner looks ahead of where it stands. */
const MARGIN_BYTES = 128;

let compiled: WebAssembly.Module | undefined;

export class Scanner {
  /** Where lines are put. Taken anew after `grow`. */
  window: Buffer;
  /** In `window`: the line that was found, its newline excluded; with `more` the start of the unfinished one. */
  start = 0;
  end = 0;
  /** Lines that were passed over since the call before. */
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

  /** For another reading: nothing was passed over yet, and no run is known. */
  begin(options: ScannerOptions): void {
    for (const [index, type] of EVENT_TYPES.entries()) this.exports.treat(index, treatmentOf(type, options));
    this.builder.withoutRawUsage = options.withoutRawUsage;
    this.exports.check(options.checkEveryLine ? 1 : 0);
    this.exports.follow(-1, 1);
  }

  /** The next line of this run is the one with this seq; negative: every line is odd. */
  follow(run: string, seq: number, wanted: boolean): void {
    // An id of another length stands in no line as the scanner expects it.
    const known = seq >= 0 && run.length === 36;
    if (known) this.builder.follow(run);
    this.exports.follow(known ? seq : -1, wanted ? 1 : 0);
  }

  /** Goes on at `from`; bytes of `window` up to `to` are there. */
  scan(from: number, to: number): Scanned {
    const result = this.exports.scan(this.heap + from, this.heap + to);
    this.start = (this.ints[0] ?? 0) - this.heap;
    this.passed = this.ints[2] ?? 0;
    if (result === 0) return 'more';
    this.end = (this.ints[1] ?? 0) - this.heap;
    this.found = FORMS[result - 1] as ScannedType | undefined;
    return this.found === undefined ? 'odd' : 'event';
  }

  /** The event of the line that was found. Undefined where the parser has to say why there is none. */
  event(): LogEvent | undefined {
    return this.found === undefined ? undefined : this.builder.event(this.found);
  }

  /** How many lines of each type were passed over. */
  passedTypes(): ReadonlyMap<string, number> {
    const counts = new Uint32Array(this.exports.memory.buffer, this.exports.counts(), EVENT_TYPES.length);
    return new Map(EVENT_TYPES.map((type, index) => [type, counts[index] ?? 0]));
  }

  /** Makes room for longer lines; what is in the window stays. */
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
  // Ends a run, whoever wants it.
  if (!handles.has(type) && type !== 'run.completed') return PASS;
  if (type === 'workflow.started' && !withoutNodes) return ODD;
  if (WORDY.has(type) && !withoutWords) return ODD;
  const form = FORMS.indexOf(type);
  return form < 0 ? ODD : form + 1;
}
