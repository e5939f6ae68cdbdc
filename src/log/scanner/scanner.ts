// Scans bytes of a log for the lines that matter, and decodes them. Knows the memory of the compiled
// `assembly/scan.ts`, but not what a line means for its run.
import type { LogEvent } from '../../events/event.ts';
import { EVENT_TYPES } from '../../events/vocabulary.ts';
import { SCANNER_BYTES } from './scanner-bytes.ts';
import { EventBuilder, RUN_BYTES, type ScannedType } from './event-builder.ts';
import * as Int from './int-slots.ts';
import * as Kind from './line-kinds.ts';
import type { ScannerExports } from './scanner-exports.ts';

/** `more`: no complete line is left. `event`: the line was decoded. `unrecognised`: it has to be parsed. */
type Scanned = 'more' | 'event' | 'unrecognised';

interface ScannerOptions {
  /** Lines of all other types are skipped. */
  readonly handles: ReadonlySet<string>;
  /** Events lack the `raw_usage` of model calls. */
  readonly withoutRawUsage: boolean;
  /** They lack it where it agrees with the usage. */
  readonly withoutOrdinaryUsage: boolean;
  /** Events of prompts and answers have only the number of the call and the model. */
  readonly withoutWords: boolean;
  /** Events lack the nodes of a workflow. */
  readonly withoutNodes: boolean;
  /** Only model calls have their time. */
  readonly withoutTimes: boolean;
  /** Checks the checksums of skipped lines, too. */
  readonly checkEveryLine: boolean;
}

/** Types that the compiled scanner decodes. */
const KINDS: Readonly<Record<ScannedType, number>> = {
  'node.started': Kind.NODE_STARTED,
  'node.completed': Kind.NODE_COMPLETED,
  'llm.completed': Kind.LLM_COMPLETED,
  'llm.prompted': Kind.LLM_PROMPTED,
  'llm.answered': Kind.LLM_ANSWERED,
  'workflow.started': Kind.WORKFLOW_STARTED,
  'workflow.completed': Kind.WORKFLOW_COMPLETED,
  'llm.sent': Kind.LLM_SENT,
  'run.completed': Kind.RUN_COMPLETED,
};
const TYPES: ScannedType[] = [];
for (const type of Object.keys(KINDS) as ScannedType[]) TYPES[KINDS[type]] = type;

/** Decoded only where their words are not requested. */
const WORDY: ReadonlySet<string> = new Set(['llm.prompted', 'llm.answered']);
const PAGE_BYTES = 65_536;
/** The scanner reads ahead of its position. */
const MARGIN_BYTES = 128;

let compiled: WebAssembly.Module | undefined;

export class Scanner {
  /** Buffer for lines. Another one after `grow`. */
  window: Buffer;
  /** Offset of the found line in `window`, without its newline. For `more` it is the start of the incomplete line. */
  start = 0;
  end = 0;
  /** Lines skipped by the last call of `scan`. */
  skipped = 0;
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
    this.window = this.allocateWindow(windowBytes);
    this.ints = this.intResults();
    this.builder = new EventBuilder(this.exports);
  }

  /** Resets the counts and the known run, for another reading. */
  begin(options: ScannerOptions): void {
    for (const [index, type] of EVENT_TYPES.entries()) this.exports.treat(index, treatmentOf(type, options));
    this.builder.withoutRawUsage = options.withoutRawUsage;
    this.builder.withoutOrdinaryUsage = options.withoutOrdinaryUsage;
    this.builder.withoutTimes = options.withoutTimes;
    this.exports.check(options.checkEveryLine ? 1 : 0);
    this.exports.follow(-1, 1);
  }

  /** Sets the run of the next line, and its seq. A negative seq makes every line unrecognised. */
  follow(run: string, seq: number, requested: boolean): void {
    // The scanner expects ids of this length.
    const known = seq >= 0 && run.length === RUN_BYTES;
    if (known) this.builder.follow(run);
    this.exports.follow(known ? seq : -1, requested ? 1 : 0);
  }

  /** Scans the bytes of `window` from `from` to `to`. */
  scan(from: number, to: number): Scanned {
    const result = this.exports.scan(this.heap + from, this.heap + to);
    this.start = (this.ints[Int.start] ?? 0) - this.heap;
    this.skipped = this.ints[Int.skipped] ?? 0;
    if (result === Kind.NO_LINE) return 'more';
    this.end = (this.ints[Int.end] ?? 0) - this.heap;
    this.found = TYPES[result];
    return this.found === undefined ? 'unrecognised' : 'event';
  }

  /** The event of the line that was found. Undefined where the line has to be parsed. */
  event(): LogEvent | undefined {
    return this.found === undefined ? undefined : this.builder.build(this.found);
  }

  /** Number of skipped lines of each type. */
  skippedTypes(): ReadonlyMap<string, number> {
    const counts = new Uint32Array(this.exports.memory.buffer, this.exports.counts(), EVENT_TYPES.length);
    return new Map(EVENT_TYPES.map((type, index) => [type, counts[index] ?? 0]));
  }

  /** Enlarges the window for longer lines, and keeps its content. */
  grow(windowBytes: number): void {
    this.window = this.allocateWindow(windowBytes);
    this.ints = this.intResults();
    this.builder.refreshViews();
  }

  private addType(type: string): void {
    const bytes = Buffer.from(type);
    Buffer.from(this.exports.memory.buffer, this.exports.scratch()).set(bytes);
    this.exports.addType(bytes.length);
  }

  private allocateWindow(bytes: number): Buffer {
    const { memory } = this.exports;
    const missing = this.heap + bytes + MARGIN_BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return Buffer.from(memory.buffer, this.heap, bytes);
  }

  private intResults(): Int32Array {
    return new Int32Array(this.exports.memory.buffer, this.exports.ints(), 64);
  }
}

function treatmentOf(type: string, { handles, withoutWords, withoutNodes }: ScannerOptions): number {
  if (type === 'run.started') return Kind.FRAME;
  // Ends a run, also where it is not requested.
  if (!handles.has(type) && type !== 'run.completed') return Kind.SKIP;
  if (type === 'workflow.started' && !withoutNodes) return Kind.PARSE;
  if (WORDY.has(type) && !withoutWords) return Kind.PARSE;
  return isScannedType(type) ? KINDS[type] : Kind.PARSE;
}

function isScannedType(type: string): type is ScannedType {
  return Object.hasOwn(KINDS, type);
}
