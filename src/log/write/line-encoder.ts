// Encodes events as lines: keys in a fixed order, `type` first and `crc` last, both at a fixed place. Does not
// validate events.
import { crc32 } from 'node:zlib';
import type { LogEvent } from '../../events/event.ts';
import { isEventType } from '../../events/vocabulary.ts';
import { LineBuffer } from './line-buffer.ts';
import { CHECKSUM_END_BYTES, writeChecksum } from '../line-form.ts';

/** Bytes reserved before a payload. */
const HEAD_ROOM = 1024;
/** Limits the lengths of a type and of a node id. A head with both fits the reserved bytes. */
const MAX_NAME_LENGTH = 100;

const MS_KEY = Buffer.from('","ms":');
const DATA_KEY = Buffer.from(',"data":');
const PHASES = {
  workflow: Buffer.from(',"phase":"workflow"'),
  planner: Buffer.from(',"phase":"planner"'),
} as const;

/** Decimal part of milliseconds, by microseconds. */
const FRACTIONS = Array.from({ length: 1000 }, (_, micros) => String(micros / 1000).slice(1));
const MAX_MICROS = 2 ** 31;

/** Encodes events as lines: `length` bytes of `bytes` from `start` on, newline included, valid until the next call. */
export class LineEncoder {
  /** Accepts a payload that is already JSON; `encodeAround` then completes the line. */
  readonly payload = new LineBuffer(HEAD_ROOM, CHECKSUM_END_BYTES);
  bytes: Buffer = this.payload.bytes;
  start = 0;
  length = 0;
  private readonly types = new Map<string, Uint8Array>();
  private run: string | undefined;
  private runBytes = bytesOf('');
  private node: string | undefined;
  private nodeBytes = bytesOf('');

  encode(event: LogEvent): void {
    const head = isShort(event) ? this.writeHead(event) : this.writeLongHead(event);
    const payload = JSON.stringify(event.data);
    const most = head + payload.length * 3 + CHECKSUM_END_BYTES;
    if (most > this.bytes.length) {
      const bytes = Buffer.allocUnsafe(head + Buffer.byteLength(payload) + CHECKSUM_END_BYTES);
      this.bytes.copy(bytes, 0, 0, head);
      this.bytes = bytes;
    }
    this.start = 0;
    this.finish(head + this.bytes.write(payload, head));
  }

  /** Encodes an event whose data is already in `payload`. */
  encodeAround(event: LogEvent): void {
    if (!isShort(event)) {
      this.encode(event);
      return;
    }
    const end = this.payload.at;
    const head = this.writeHead(event);
    this.bytes.copyWithin(HEAD_ROOM - head, 0, head);
    this.start = HEAD_ROOM - head;
    this.finish(end);
  }

  /** Writes everything before the payload at the start of the line buffer. Returns its length. */
  private writeHead(event: LogEvent): number {
    const { type, seq, run, at, ms, phase, node, visit, item, attempt } = event;
    const line = this.payload;
    this.bytes = line.bytes;
    line.at = 0;
    line.writeBytes(this.types.get(type) ?? this.typeBytes(type));
    line.writeNumber(seq);
    if (run !== this.run) this.setRun(run);
    line.writeBytes(this.runBytes);
    line.writeAscii(at);
    line.writeBytes(MS_KEY);
    writeMilliseconds(line, ms);
    if (phase !== undefined) line.writeBytes(PHASES[phase]);
    if (node !== undefined) line.writeBytes(node === this.node ? this.nodeBytes : this.setNode(node));
    if (visit !== undefined) line.writeAscii(`,"visit":${String(visit)}`);
    if (item !== undefined) line.writeAscii(`,"item":${String(item)}`);
    if (attempt !== undefined) line.writeAscii(`,"attempt":${String(attempt)}`);
    line.writeBytes(DATA_KEY);
    return line.at;
  }

  /** Like `writeHead`, for a head of any length. */
  private writeLongHead({ data: _data, ...head }: LogEvent): number {
    const { type, seq, run, at, ms, phase, node, visit, item, attempt } = head;
    const text = JSON.stringify({ type, seq, run, at, ms, phase, node, visit, item, attempt });
    this.bytes = Buffer.from(`${text.slice(0, -1)},"data":`);
    return this.bytes.length;
  }

  private typeBytes(type: string): Uint8Array {
    const piece = bytesOf(`{"type":${JSON.stringify(type)},"seq":`);
    if (isEventType(type)) this.types.set(type, piece);
    return piece;
  }

  private setRun(run: string): void {
    this.run = run;
    this.runBytes = bytesOf(`,"run":${JSON.stringify(run)},"at":"`);
  }

  /** Most events have the node of the previous one. */
  private setNode(node: string): Uint8Array {
    this.node = node;
    this.nodeBytes = bytesOf(`,"node":${JSON.stringify(node)}`);
    return this.nodeBytes;
  }

  private finish(end: number): void {
    writeChecksum(this.bytes, end, crc32(this.bytes.subarray(this.start, end)));
    this.length = end + CHECKSUM_END_BYTES - this.start;
  }
}

const sharedEncoder = new LineEncoder();

/** The line of one event, newline included. */
export function encodeLine(event: LogEvent): Buffer {
  sharedEncoder.encode(event);
  const { bytes, start, length } = sharedEncoder;
  return Buffer.from(bytes.subarray(start, start + length));
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

function isShort({ type, node }: LogEvent): boolean {
  return type.length <= MAX_NAME_LENGTH && (node === undefined || node.length <= MAX_NAME_LENGTH);
}

/** Writes milliseconds with up to three decimals: two integers are faster to write than one fraction. */
function writeMilliseconds(line: LineBuffer, ms: number): void {
  const micros = Math.round(ms * 1000);
  const whole = Math.floor(micros / 1000);
  const fraction = FRACTIONS[micros - whole * 1000];
  if (fraction === undefined || micros > MAX_MICROS || micros / 1000 !== ms) line.writeNumber(ms);
  else {
    line.writeNumber(whole);
    line.writeAscii(fraction);
  }
}
