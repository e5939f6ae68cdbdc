// An event and its line: keys in one order, `type` first and `crc` last, both at a fixed place. It knows
// bytes and checksums; whether an event makes sense is not its affair.
import { crc32 } from 'node:zlib';
import type { LogEvent } from '../events/event.ts';
import { isEventType } from '../events/vocabulary.ts';

/** A longer line is never written, and is a named corruption when read. Bytes without the newline. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Bytes of `,"crc":"9f3a01bc"}`. */
const SEAL_BYTES = 18;
const SEAL_KEY = Buffer.from(',"crc":"');
export const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BRACE = 0x7d;
const HEX = '0123456789abcdef';
const SCRATCH_BYTES = 64 * 1024;

/** Turns events into lines: `length` bytes of `bytes`, good until the next call. */
export class LineEncoder {
  bytes: Buffer;
  length = 0;
  private readonly scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  private lastNode = '';
  private lastNodeText = '""';

  constructor() {
    this.bytes = this.scratch;
  }

  encode(event: LogEvent): void {
    const text = `${this.headText(event)}${JSON.stringify(event.data)}`;
    const most = text.length * 3 + SEAL_BYTES + 1;
    this.bytes = most <= SCRATCH_BYTES ? this.scratch : Buffer.allocUnsafe(roomFor(text));
    const size = this.bytes.write(text);
    writeSeal(this.bytes, size, crc32(this.bytes.subarray(0, size)));
    this.length = size + SEAL_BYTES + 1;
  }

  /** Everything before the payload. */
  private headText(event: LogEvent): string {
    const type = isEventType(event.type) ? `"${event.type}"` : JSON.stringify(event.type);
    let text = `{"type":${type},"seq":${String(event.seq)},"run":"${event.run}","at":"${event.at}","ms":${String(event.ms)}`;
    if (event.phase !== undefined) text += `,"phase":"${event.phase}"`;
    if (event.node !== undefined) text += `,"node":${this.nodeText(event.node)}`;
    if (event.visit !== undefined) text += `,"visit":${String(event.visit)}`;
    if (event.item !== undefined) text += `,"item":${String(event.item)}`;
    if (event.attempt !== undefined) text += `,"attempt":${String(event.attempt)}`;
    return `${text},"data":`;
  }

  /** Most events are about the node of the one before. */
  private nodeText(node: string): string {
    if (node !== this.lastNode) {
      this.lastNode = node;
      this.lastNodeText = JSON.stringify(node);
    }
    return this.lastNodeText;
  }
}

const single = new LineEncoder();

/** The line of one event, newline included. */
export function encodeLine(event: LogEvent): Buffer {
  single.encode(event);
  return Buffer.from(single.bytes.subarray(0, single.length));
}

function roomFor(text: string): number {
  return Buffer.byteLength(text) + SEAL_BYTES + 1;
}

function writeSeal(bytes: Buffer, at: number, crc: number): void {
  bytes.set(SEAL_KEY, at);
  const digits = at + SEAL_KEY.length;
  for (let index = 0; index < 8; index++) {
    bytes[digits + index] = HEX.charCodeAt((crc >>> (28 - 4 * index)) & 15);
  }
  bytes[digits + 8] = QUOTE;
  bytes[digits + 9] = BRACE;
  bytes[digits + 10] = NEWLINE;
}

export type Seal = 'right' | 'wrong' | 'absent';

/** Whether the line between `start` and `end` (its newline) carries a checksum at the fixed place. */
export function hasSeal(bytes: Buffer, start: number, end: number): boolean {
  const at = end - SEAL_BYTES;
  if (at <= start || bytes[end - 1] !== BRACE || bytes[end - 2] !== QUOTE) return false;
  for (let index = 0; index < SEAL_KEY.length; index++) {
    if (bytes[at + index] !== SEAL_KEY[index]) return false;
  }
  return true;
}

/** Checks the checksum of the line between `start` and `end`. */
export function sealOf(bytes: Buffer, start: number, end: number): Seal {
  if (!hasSeal(bytes, start, end)) return 'absent';
  const crc = crc32(bytes.subarray(start, end - SEAL_BYTES));
  const digits = end - SEAL_BYTES + SEAL_KEY.length;
  for (let index = 0; index < 8; index++) {
    // Compared as bytes: `A` for `a` is a flipped bit, not the same number.
    if (bytes[digits + index] !== HEX.charCodeAt((crc >>> (28 - 4 * index)) & 15)) return 'wrong';
  }
  return 'right';
}

/** Whether a sealed line has a second seal inside: two lines whose newline was lost, or a payload with a `crc`. */
export function hasInnerSeal(bytes: Buffer, start: number, end: number): boolean {
  return bytes.indexOf(SEAL_KEY, start) !== end - SEAL_BYTES;
}

/** The JSON text of a line without its checksum. */
export function lineText(bytes: Buffer, start: number, end: number, seal: Seal): string {
  if (seal === 'absent') return bytes.toString('utf8', start, end);
  const at = end - SEAL_BYTES;
  // The comma before "crc" becomes the closing brace for a moment: cheaper than joining strings.
  const comma = bytes[at] ?? 0;
  bytes[at] = BRACE;
  const text = bytes.toString('utf8', start, at + 1);
  bytes[at] = comma;
  return text;
}
