// Encodes events as lines: keys in a fixed order, `type` first and `crc` last, both at a fixed place. Does not
// validate events.
import { crc32 } from 'node:zlib';
import type { LogEvent } from '../../events/event.ts';
import { isEventType } from '../../events/vocabulary.ts';
import { LineBuffer } from './line-buffer.ts';
import { SEAL_BYTES, writeSeal } from '../line-form.ts';

/** Bytes reserved before a payload. */
const HEAD_ROOM = 1024;
/** Of a type and of a node id; a head with both fits the reserved bytes. */
const LONGEST_NAME = 100;

const MS_KEY = Buffer.from('","ms":');
const DATA_KEY = Buffer.from(',"data":');
const PHASES = {
  workflow: Buffer.from(',"phase":"workflow"'),
  planner: Buffer.from(',"phase":"planner"'),
} as const;

/** Decimal part of milliseconds, by microseconds. */
const FRACTIONS = Array.from({ length: 1000 }, (_, micros) => String(micros / 1000).slice(1));
const MOST_MICROS = 2 ** 31;

/** Encodes events as lines: `length` bytes of `bytes` from `start` on, newline included, valid until the next call. */
export class LineEncoder {
  /** Accepts a payload that is already JSON; `encodeAround` then completes the line. */
  readonly payload = new LineBuffer(HEAD_ROOM, SEAL_BYTES);
  bytes: Buffer = this.payload.bytes;
  start = 0;
  length = 0;
  private readonly types = new Map<string, Uint8Array>();
  private run: string | undefined;
  private runPiece = pieceOf('');
  private node: string | undefined;
  private nodePiece = pieceOf('');

  encode(event: LogEvent): void {
    const head = isShort(event) ? this.head(event) : this.longHead(event);
    const payload = JSON.stringify(event.data);
    const most = head + payload.length * 3 + SEAL_BYTES;
    if (most > this.bytes.length) {
      const bytes = Buffer.allocUnsafe(head + Buffer.byteLength(payload) + SEAL_BYTES);
      this.bytes.copy(bytes, 0, 0, head);
      this.bytes = bytes;
    }
    this.start = 0;
    this.seal(head + this.bytes.write(payload, head));
  }

  /** Encodes an event whose data is already in `payload`. */
  encodeAround(event: LogEvent): void {
    if (!isShort(event)) {
      this.encode(event);
      return;
    }
    const end = this.payload.at;
    const head = this.head(event);
    this.bytes.copyWithin(HEAD_ROOM - head, 0, head);
    this.start = HEAD_ROOM - head;
    this.seal(end);
  }

  /** Writes everything before the payload at the start of the line buffer. Returns its length. */
  private head(event: LogEvent): number {
    const { type, seq, run, at, ms, phase, node, visit, item, attempt } = event;
    const line = this.payload;
    this.bytes = line.bytes;
    line.at = 0;
    line.piece(this.types.get(type) ?? this.typePiece(type));
    line.number(seq);
    if (run !== this.run) this.toRun(run);
    line.piece(this.runPiece);
    line.ascii(at);
    line.piece(MS_KEY);
    putMilliseconds(line, ms);
    if (phase !== undefined) line.piece(PHASES[phase]);
    if (node !== undefined) line.piece(node === this.node ? this.nodePiece : this.toNode(node));
    if (visit !== undefined) line.ascii(`,"visit":${String(visit)}`);
    if (item !== undefined) line.ascii(`,"item":${String(item)}`);
    if (attempt !== undefined) line.ascii(`,"attempt":${String(attempt)}`);
    line.piece(DATA_KEY);
    return line.at;
  }

  /** Like `head`, of any length. */
  private longHead({ data: _data, ...head }: LogEvent): number {
    const { type, seq, run, at, ms, phase, node, visit, item, attempt } = head;
    const text = JSON.stringify({ type, seq, run, at, ms, phase, node, visit, item, attempt });
    this.bytes = Buffer.from(`${text.slice(0, -1)},"data":`);
    return this.bytes.length;
  }

  private typePiece(type: string): Uint8Array {
    const piece = pieceOf(`{"type":${JSON.stringify(type)},"seq":`);
    if (isEventType(type)) this.types.set(type, piece);
    return piece;
  }

  private toRun(run: string): void {
    this.run = run;
    this.runPiece = pieceOf(`,"run":${JSON.stringify(run)},"at":"`);
  }

  /** Most events have the node of the previous one. */
  private toNode(node: string): Uint8Array {
    this.node = node;
    this.nodePiece = pieceOf(`,"node":${JSON.stringify(node)}`);
    return this.nodePiece;
  }

  private seal(end: number): void {
    writeSeal(this.bytes, end, crc32(this.bytes.subarray(this.start, end)));
    this.length = end + SEAL_BYTES - this.start;
  }
}

const single = new LineEncoder();

/** The line of one event, newline included. */
export function encodeLine(event: LogEvent): Buffer {
  single.encode(event);
  const { bytes, start, length } = single;
  return Buffer.from(bytes.subarray(start, start + length));
}

function pieceOf(text: string): Uint8Array {
  return Buffer.from(text);
}

function isShort({ type, node }: LogEvent): boolean {
  return type.length <= LONGEST_NAME && (node === undefined || node.length <= LONGEST_NAME);
}

/** Times have three decimal places at most: two whole numbers are in words sooner than one with a point. */
function putMilliseconds(line: LineBuffer, ms: number): void {
  const micros = Math.round(ms * 1000);
  const whole = Math.floor(micros / 1000);
  const fraction = FRACTIONS[micros - whole * 1000];
  if (fraction === undefined || micros > MOST_MICROS || micros / 1000 !== ms) line.number(ms);
  else {
    line.number(whole);
    line.ascii(fraction);
  }
}
