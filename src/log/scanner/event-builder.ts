// Builds events from the results of the scanner: the same objects that parsing the lines would give. Texts that many
// lines share are decoded once.
import type { LogEvent } from '../../events/event.ts';
import { USAGE_COUNTS } from '../../events/usage.ts';
import {
  GENERATION,
  MINUTE,
  SECOND,
  MILLISECOND,
  NODE,
  PHASE,
  VISIT,
  ITEM,
  ATTEMPT,
  NODE_TYPE,
  ACTION,
  PROVIDER,
  MODEL,
  RESPONSE_MODEL,
  SERVICE_TIER,
  FINISH_REASON,
  RAW_START,
  RAW_END,
  USAGE_KEYS,
  NAME,
  HASH,
  STATUS,
  SEQ,
  MS,
  DURATION,
  CALL,
  EVENTS,
  USAGE,
} from './result-slots.ts';
import type { ScannerExports } from './scanner-exports.ts';

/** Keeps the order of keys within a number. */
const MOST_KNOWN_KEYS = 10;
const RUN_BYTES = 36;
const MINUTE_BYTES = 16;
const SECONDS = Array.from({ length: 100 }, (_, second) => `:${String(second).padStart(2, '0')}.`);
const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

export type ScannedType =
  | 'node.started'
  | 'node.completed'
  | 'llm.completed'
  | 'llm.prompted'
  | 'llm.answered'
  | 'workflow.started'
  | 'workflow.completed'
  | 'run.completed';

const STATUSES = ['success', 'failed', 'interrupted'] as const;

export class EventBuilder {
  withoutRawUsage = false;
  private readonly exports: ScannerExports;
  private bytes: Buffer;
  private ints: Int32Array;
  private floats: Float64Array;
  private order: Uint8Array;
  private texts: string[] = [];
  /** Payloads of `node.started`, by node type. */
  private started: object[] = [];
  /** Objects with the keys seen so far, by number and order of keys. */
  private readonly usages = new Map<number, Readonly<Record<string, number>>>();
  private generation = 0;
  private run = '';
  private minute = '';
  private minutes = 0;

  constructor(exports: ScannerExports) {
    this.exports = exports;
    this.bytes = Buffer.alloc(0);
    this.ints = new Int32Array(0);
    this.floats = new Float64Array(0);
    this.order = new Uint8Array(0);
    this.memoryMoved();
  }

  memoryMoved(): void {
    const { exports } = this;
    const { buffer } = exports.memory;
    this.bytes = Buffer.from(buffer);
    this.ints = new Int32Array(buffer, exports.ints(), 64);
    this.floats = new Float64Array(buffer, exports.floats(), 32);
    this.order = new Uint8Array(buffer, exports.usageOrder(), USAGE_COUNTS.length);
  }

  follow(run: string): void {
    if (run === this.run) return;
    this.run = run;
    this.bytes.write(run, this.exports.run(), RUN_BYTES, 'latin1');
  }

  /** Returns undefined where `raw_usage` is requested and is not JSON. */
  event(type: ScannedType): LogEvent | undefined {
    if (this.int(GENERATION) !== this.generation) {
      this.generation = this.int(GENERATION);
      this.texts = [];
      this.started = [];
    }
    const data = this.data(type);
    if (data === undefined) return undefined;
    const seq = this.float(SEQ);
    const at = this.moment();
    const ms = this.float(MS);
    const node = this.int(NODE);
    const plain = this.int(VISIT) < 0 && this.int(ITEM) < 0 && this.int(ATTEMPT) < 0;
    // The common case: one object shape, built at once.
    if (plain && node >= 0 && this.int(PHASE) === 1) {
      return { type, seq, run: this.run, at, ms, phase: 'workflow', node: this.text(node), data } as LogEvent;
    }
    return { type, seq, run: this.run, at, ms, ...this.place(), data } as LogEvent;
  }

  private moment(): string {
    if (this.int(MINUTE) !== this.minutes) {
      this.minutes = this.int(MINUTE);
      const start = this.exports.minute();
      this.minute = this.bytes.toString('latin1', start, start + MINUTE_BYTES);
    }
    return `${this.minute}${SECONDS[this.int(SECOND)] ?? ''}${MILLISECONDS[this.int(MILLISECOND)] ?? ''}`;
  }

  private place(): Record<string, unknown> {
    const place: Record<string, unknown> = {};
    const phase = this.int(PHASE);
    if (phase > 0) place['phase'] = phase === 1 ? 'workflow' : 'planner';
    if (this.int(NODE) >= 0) place['node'] = this.text(this.int(NODE));
    if (this.int(VISIT) >= 0) place['visit'] = this.int(VISIT);
    if (this.int(ITEM) >= 0) place['item'] = this.int(ITEM);
    if (this.int(ATTEMPT) >= 0) place['attempt'] = this.int(ATTEMPT);
    return place;
  }

  private data(type: ScannedType): object | undefined {
    switch (type) {
      case 'node.started':
        return this.startedData(this.int(NODE_TYPE));
      case 'node.completed':
        return {
          node_type: this.text(this.int(NODE_TYPE)),
          action: this.text(this.int(ACTION)),
          duration_ms: this.float(DURATION),
        };
      case 'llm.completed':
        return this.bill();
      case 'llm.prompted':
      case 'llm.answered':
        return { call: this.float(CALL) };
      case 'workflow.started':
        return { name: this.text(this.int(NAME)), hash: this.text(this.int(HASH)) };
      case 'workflow.completed':
        return { status: STATUSES[this.int(STATUS)], duration_ms: this.float(DURATION) };
      case 'run.completed':
        return {
          status: STATUSES[this.int(STATUS)],
          duration_ms: this.float(DURATION),
          events: this.float(EVENTS),
        };
    }
  }

  /** The same object for every start of a node type. */
  private startedData(type: number): object {
    const known = this.started[type];
    if (known !== undefined) return known;
    const made = Object.freeze({ node_type: this.text(type) });
    this.started[type] = made;
    return made;
  }

  private bill(): object | undefined {
    const data: Record<string, unknown> = {
      call: this.float(CALL),
      provider: this.text(this.int(PROVIDER)),
      model: this.text(this.int(MODEL)),
    };
    if (this.int(RESPONSE_MODEL) >= 0) data['response_model'] = this.text(this.int(RESPONSE_MODEL));
    data['usage'] = this.usage();
    if (!this.withoutRawUsage && this.int(RAW_START) >= 0) {
      const raw = this.rawUsage();
      if (raw === undefined) return undefined;
      data['raw_usage'] = raw;
    }
    if (this.int(SERVICE_TIER) >= 0) data['service_tier'] = this.text(this.int(SERVICE_TIER));
    if (this.int(FINISH_REASON) >= 0) data['finish_reason'] = this.text(this.int(FINISH_REASON));
    data['duration_ms'] = this.float(DURATION);
    return data;
  }

  private usage(): object {
    const count = this.int(USAGE_KEYS);
    let shape = count;
    for (let index = 0; index < count; index += 1) shape = shape * 16 + (this.order[index] ?? 0);
    // Copying an object with these keys is faster than adding keys.
    const known = count <= MOST_KNOWN_KEYS ? this.usages.get(shape) : undefined;
    const usage: Record<string, number> = { ...known };
    for (let index = 0; index < count; index += 1) {
      usage[USAGE_COUNTS[this.order[index] ?? 0] ?? ''] = this.float(USAGE + index);
    }
    if (known === undefined && count <= MOST_KNOWN_KEYS) this.usages.set(shape, { ...usage });
    return usage;
  }

  private rawUsage(): object | undefined {
    try {
      return JSON.parse(this.bytes.toString('utf8', this.int(RAW_START), this.int(RAW_END))) as object;
    } catch {
      return undefined;
    }
  }

  private text(id: number): string {
    const known = this.texts[id];
    if (known !== undefined) return known;
    const start = this.exports.textAt(id);
    const text = this.bytes.toString('utf8', start, start + this.exports.textLength(id));
    this.texts[id] = text;
    return text;
  }

  private int(index: number): number {
    return this.ints[index] ?? 0;
  }

  private float(index: number): number {
    return this.floats[index] ?? 0;
  }
}
