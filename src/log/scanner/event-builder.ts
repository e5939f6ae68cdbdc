// Builds events from the results of the scanner: the same objects that parsing the lines would give. Texts that many
// lines share are built once.
import type { LogEvent } from '../../events/event.ts';
import { USAGE_COUNTS } from '../../events/usage-counts.ts';
import type { Usage } from '../../events/usage.ts';
import { agrees, partsIn } from '../../usage/quick-check.ts';
import { compileShapeText, type UsageShape } from '../../usage/usage-shape.ts';
import * as Float from './float-slots.ts';
import * as Int from './int-slots.ts';
import type { ScannerExports } from './scanner-exports.ts';

const USAGE_FIELDS = USAGE_COUNTS.map(({ field }) => field);
/** With more keys their order does not fit in a number. */
const MAX_KNOWN_KEYS = 10;
export const RUN_BYTES = 36;
const MINUTE_BYTES = 16;
const SECONDS = Array.from({ length: 100 }, (_, second) => `:${String(second).padStart(2, '0')}.`);
const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

export type ScannedType =
  | 'node.started'
  | 'node.completed'
  | 'llm.completed'
  | 'llm.sent'
  | 'llm.prompted'
  | 'llm.answered'
  | 'workflow.started'
  | 'workflow.completed'
  | 'run.completed';

const STATUSES = ['success', 'failed', 'interrupted'] as const;

/** The counts of a call, and whether there are more than whole counts of text. */
interface KnownUsage {
  readonly usage: Readonly<Record<string, number>>;
  readonly hasParts: boolean;
}

export class EventBuilder {
  withoutRawUsage = false;
  withoutOrdinaryUsage = false;
  withoutTimes = false;
  private readonly exports: ScannerExports;
  private bytes: Buffer;
  private ints: Int32Array;
  private floats: Float64Array;
  private order: Uint8Array;
  private texts: string[] = [];
  /** Payloads of `node.started` by the text number of the node type. */
  private started: object[] = [];
  /** Usages by the number and order of their keys. */
  private readonly usages = new Map<number, KnownUsage>();
  /** By the text numbers of the provider and of the shape. */
  private shapes: (UsageShape | null)[][] = [];
  private generation = 0;
  private run = '';
  private minute = '';
  private minutes = 0;
  /** Milliseconds of the last event since its minute. */
  private rest = -1;
  private at = '';

  constructor(exports: ScannerExports) {
    this.exports = exports;
    this.bytes = Buffer.alloc(0);
    this.ints = new Int32Array(0);
    this.floats = new Float64Array(0);
    this.order = new Uint8Array(0);
    this.refreshViews();
  }

  refreshViews(): void {
    const { exports } = this;
    const { buffer } = exports.memory;
    this.bytes = Buffer.from(buffer);
    this.ints = new Int32Array(buffer, exports.ints(), 64);
    this.floats = new Float64Array(buffer, exports.floats(), 128);
    this.order = new Uint8Array(buffer, exports.usageOrder(), USAGE_FIELDS.length);
  }

  follow(run: string): void {
    if (run === this.run) return;
    this.run = run;
    this.bytes.write(run, this.exports.run(), RUN_BYTES, 'latin1');
  }

  /** Undefined where `raw_usage` is included and is not JSON. */
  build(type: ScannedType): LogEvent | undefined {
    if (this.int(Int.generation) !== this.generation) {
      this.generation = this.int(Int.generation);
      this.texts = [];
      this.started = [];
      this.shapes = [];
    }
    const data = this.data(type);
    if (data === undefined) return undefined;
    const seq = this.float(Float.seq);
    const at = this.withoutTimes && type !== 'llm.completed' ? '' : this.moment();
    const ms = this.float(Float.ms);
    const node = this.int(Int.node);
    const plain = this.int(Int.visit) < 0 && this.int(Int.item) < 0 && this.int(Int.attempt) < 0;
    // Almost every event: an object of one shape, created at once.
    if (plain && node >= 0 && this.int(Int.phase) === 1) {
      return { type, seq, run: this.run, at, ms, phase: 'workflow', node: this.text(node), data } as LogEvent;
    }
    return { type, seq, run: this.run, at, ms, ...this.place(), data } as LogEvent;
  }

  /** Events that follow each other are often of one millisecond. */
  private moment(): string {
    const minutes = this.int(Int.minute);
    const second = this.int(Int.second);
    const millisecond = this.int(Int.millisecond);
    const rest = second * 1_000 + millisecond;
    if (minutes === this.minutes && rest === this.rest) return this.at;
    if (minutes !== this.minutes) {
      this.minutes = minutes;
      const start = this.exports.minute();
      this.minute = this.bytes.toString('latin1', start, start + MINUTE_BYTES);
    }
    this.rest = rest;
    this.at = `${this.minute}${SECONDS[second] ?? ''}${MILLISECONDS[millisecond] ?? ''}`;
    return this.at;
  }

  private place(): Record<string, unknown> {
    const place: Record<string, unknown> = {};
    const phase = this.int(Int.phase);
    if (phase > 0) place['phase'] = phase === 1 ? 'workflow' : 'planner';
    if (this.int(Int.node) >= 0) place['node'] = this.text(this.int(Int.node));
    if (this.int(Int.visit) >= 0) place['visit'] = this.int(Int.visit);
    if (this.int(Int.item) >= 0) place['item'] = this.int(Int.item);
    if (this.int(Int.attempt) >= 0) place['attempt'] = this.int(Int.attempt);
    return place;
  }

  private data(type: ScannedType): object | undefined {
    switch (type) {
      case 'node.started':
        return this.startedData(this.int(Int.nodeType));
      case 'node.completed':
        return {
          node_type: this.text(this.int(Int.nodeType)),
          action: this.text(this.int(Int.action)),
          duration_ms: this.float(Float.duration),
        };
      case 'llm.completed':
        return this.modelCallData();
      case 'llm.sent':
      case 'llm.prompted':
        return { call: this.float(Float.call), model: this.text(this.int(Int.model)) };
      case 'llm.answered':
        return { call: this.float(Float.call) };
      case 'workflow.started':
        return { name: this.text(this.int(Int.name)), hash: this.text(this.int(Int.hash)) };
      case 'workflow.completed':
        return { status: STATUSES[this.int(Int.status)], duration_ms: this.float(Float.duration) };
      case 'run.completed':
        return {
          status: STATUSES[this.int(Int.status)],
          duration_ms: this.float(Float.duration),
          events: this.float(Float.events),
        };
    }
  }

  /** One object for all starts of a node type. */
  private startedData(type: number): object {
    const known = this.started[type];
    if (known !== undefined) return known;
    const made = Object.freeze({ node_type: this.text(type) });
    this.started[type] = made;
    return made;
  }

  private modelCallData(): object | undefined {
    const data: Record<string, unknown> = {
      call: this.float(Float.call),
      provider: this.text(this.int(Int.provider)),
      model: this.text(this.int(Int.model)),
    };
    if (this.int(Int.responseModel) >= 0) data['response_model'] = this.text(this.int(Int.responseModel));
    const { usage, hasParts } = this.usage();
    data['usage'] = usage;
    if (!this.withoutRawUsage && this.int(Int.rawStart) >= 0 && !this.hasOrdinaryUsage(usage, hasParts)) {
      const raw = this.rawUsage();
      if (raw === undefined) return undefined;
      data['raw_usage'] = raw;
    }
    if (this.int(Int.serviceTier) >= 0) data['service_tier'] = this.text(this.int(Int.serviceTier));
    if (this.int(Int.finishReason) >= 0) data['finish_reason'] = this.text(this.int(Int.finishReason));
    data['duration_ms'] = this.float(Float.duration);
    return data;
  }

  private usage(): KnownUsage {
    const count = this.int(Int.usageKeys);
    let shape = count;
    for (let index = 0; index < count; index += 1) shape = shape * 16 + (this.order[index] ?? 0);
    // Copying an object with these keys is faster than adding key after key.
    const known = count <= MAX_KNOWN_KEYS ? this.usages.get(shape) : undefined;
    const usage: Record<string, number> = { ...known?.usage };
    for (let index = 0; index < count; index += 1) {
      usage[USAGE_FIELDS[this.order[index] ?? 0] ?? ''] = this.float(Float.usage + index);
    }
    if (known !== undefined) return { usage, hasParts: known.hasParts };
    const made = { usage, hasParts: partsIn(usage) };
    if (count <= MAX_KNOWN_KEYS) this.usages.set(shape, { ...made, usage: { ...usage } });
    return made;
  }

  private hasOrdinaryUsage(usage: Usage, hasParts: boolean): boolean {
    const text = this.int(Int.rawShape);
    if (!this.withoutOrdinaryUsage || text < 0) return false;
    const shapes = (this.shapes[this.int(Int.provider)] ??= []);
    let shape = shapes[text];
    if (shape === undefined) {
      shape = compileShapeText(this.text(this.int(Int.provider)), this.text(text));
      shapes[text] = shape;
    }
    return shape !== null && agrees(shape, this.floats, Float.raw, { usage, hasParts });
  }

  private rawUsage(): object | undefined {
    try {
      return JSON.parse(this.bytes.toString('utf8', this.int(Int.rawStart), this.int(Int.rawEnd))) as object;
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
