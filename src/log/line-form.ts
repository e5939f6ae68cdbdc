// Writes and checks the end of a line: a checksum at a fixed place, and a newline. Works on bytes; knows no events.
import { crc32 } from 'node:zlib';

/** Bytes without the newline. A longer line is never written; when read it is the finding `too-long`. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Bytes of `,"crc":"9f3a01bc"}`. */
const CHECKSUM_LENGTH = 18;
/** Bytes of a checksum with its newline. */
export const CHECKSUM_END_BYTES = CHECKSUM_LENGTH + 1;
const CHECKSUM_KEY = Buffer.from(',"crc":"');
export const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BRACE = 0x7d;
const HEX = '0123456789abcdef';

/** Writes the checksum of the bytes before `at`, and the newline, at `at`. */
export function writeChecksum(bytes: Buffer, at: number, crc: number): void {
  bytes.set(CHECKSUM_KEY, at);
  const digits = at + CHECKSUM_KEY.length;
  for (let index = 0; index < 8; index++) {
    bytes[digits + index] = HEX.charCodeAt((crc >>> (28 - 4 * index)) & 15);
  }
  bytes[digits + 8] = QUOTE;
  bytes[digits + 9] = BRACE;
  bytes[digits + 10] = NEWLINE;
}

export type ChecksumState = 'valid' | 'invalid' | 'missing';

/** Whether the line from `start` to `end`, its newline, has a checksum in place. */
export function hasChecksum(bytes: Buffer, start: number, end: number): boolean {
  const at = end - CHECKSUM_LENGTH;
  if (at <= start || bytes[end - 1] !== BRACE || bytes[end - 2] !== QUOTE) return false;
  for (let index = 0; index < CHECKSUM_KEY.length; index++) {
    if (bytes[at + index] !== CHECKSUM_KEY[index]) return false;
  }
  return true;
}

/** Checks the checksum of the line between `start` and `end`. */
export function verifyChecksum(bytes: Buffer, start: number, end: number): ChecksumState {
  if (!hasChecksum(bytes, start, end)) return 'missing';
  const crc = crc32(bytes.subarray(start, end - CHECKSUM_LENGTH));
  const digits = end - CHECKSUM_LENGTH + CHECKSUM_KEY.length;
  for (let index = 0; index < 8; index++) {
    // Compared as bytes: `A` for `a` is a flipped bit, not the same number.
    if (bytes[digits + index] !== HEX.charCodeAt((crc >>> (28 - 4 * index)) & 15)) return 'invalid';
  }
  return 'valid';
}

/**
 * Whether a line with a checksum contains a second one: two lines whose newline was lost, or a payload with a `crc`.
 */
export function hasInnerChecksum(bytes: Buffer, start: number, end: number): boolean {
  return bytes.indexOf(CHECKSUM_KEY, start) !== end - CHECKSUM_LENGTH;
}

/** The JSON text of a line without its checksum. */
export function lineText(bytes: Buffer, start: number, end: number, checksum: ChecksumState): string {
  if (checksum === 'missing') return bytes.toString('utf8', start, end);
  const at = end - CHECKSUM_LENGTH;
  // The comma before "crc" becomes the closing brace for a moment: cheaper than joining strings.
  const comma = bytes[at] ?? 0;
  bytes[at] = BRACE;
  const text = bytes.toString('utf8', start, at + 1);
  bytes[at] = comma;
  return text;
}
