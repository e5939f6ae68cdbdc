// Makes the logs of `fixtures/logs/damaged`: each is a recorded log, damaged in one way. `scripts/record-damage.ts`
// writes them; a test makes them again and compares.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { LogEvent } from '../../src/events/event.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { FIXTURES } from './fixture-runs.ts';

const LINES = linesOf('summarise-file');
const OTHER = linesOf('provider-fails');
const BYTES = Buffer.concat(LINES);

/** Indexes of the lines that get damaged. */
const PROMPT = indexOf('llm.prompted');
const BILL = indexOf('llm.completed');
const END = LINES.length - 1;

function linesOf(name: string): readonly Buffer[] {
  const text = readFileSync(join(FIXTURES, 'logs/v1', `${name}.ndjson`), 'utf8');
  return text.split(/(?<=\n)/u).map((line) => Buffer.from(line));
}

function indexOf(type: string): number {
  return LINES.findIndex((line) => line.includes(`"type":"${type}"`));
}

function line(index: number): Buffer {
  return LINES[index] ?? Buffer.alloc(0);
}

function offsetOf(index: number): number {
  return Buffer.concat(LINES.slice(0, index)).length;
}

function replaced(index: number, ...lines: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(LINES.toSpliced(index, 1, ...lines.map((one) => Buffer.from(one))));
}

function flipped(bytes: Buffer, at: number, bit = 0): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** Changes an event and gives the line a correct checksum. */
function forged(index: number, change: object): Buffer {
  const { crc: _crc, ...event } = JSON.parse(line(index).toString()) as Record<string, unknown>;
  return encodeLine({ ...event, ...change } as unknown as LogEvent);
}

function dataOf(index: number): object {
  return (JSON.parse(line(index).toString()) as { readonly data: object }).data;
}

function withNul(at: number, length: number): Buffer {
  const copy = Buffer.from(BYTES);
  copy.fill(0, at, at + length);
  return copy;
}

/** The damaged logs by file name. */
export const DAMAGED_LOGS: Readonly<Record<string, () => Buffer>> = {
  'cut-in-a-line.ndjson': () => BYTES.subarray(0, offsetOf(BILL) + 300),
  'cut-before-a-newline.ndjson': () => BYTES.subarray(0, -1),
  'cut-between-lines.ndjson': () => BYTES.subarray(0, offsetOf(BILL + 1)),
  'flipped-bit-in-a-bill.ndjson': () => flipped(BYTES, offsetOf(BILL) + line(BILL).indexOf('_tokens":') + 9),
  'flipped-bit-in-a-prompt.ndjson': () =>
    flipped(BYTES, offsetOf(PROMPT) + line(PROMPT).indexOf('Summarise')),
  'flipped-bit-in-a-type.ndjson': () => flipped(BYTES, offsetOf(BILL) + '{"type":"'.length, 2),
  'flipped-bit-in-a-seq.ndjson': () => flipped(BYTES, offsetOf(PROMPT) + line(PROMPT).indexOf('"seq":') + 6),
  'flipped-bit-in-a-newline.ndjson': () => flipped(BYTES, offsetOf(PROMPT + 1) - 1, 6),
  'line-deleted.ndjson': () => replaced(BILL),
  'line-twice.ndjson': () => replaced(BILL, line(BILL), line(BILL)),
  'lines-swapped.ndjson': () => Buffer.concat(LINES.toSpliced(PROMPT, 2, line(BILL), line(PROMPT))),
  'lines-glued.ndjson': () => replaced(BILL, line(BILL).subarray(0, -1)),
  'torn-and-written-on.ndjson': () => Buffer.concat([BYTES.subarray(0, offsetOf(PROMPT) + 400), ...OTHER]),
  'first-line-lost.ndjson': () => replaced(0),
  'last-line-lost.ndjson': () => replaced(END),
  'nul-block-inside.ndjson': () => withNul(offsetOf(PROMPT) + 300, 512),
  'nul-block-at-the-end.ndjson': () => Buffer.concat([BYTES, Buffer.alloc(512)]),
  'crlf.ndjson': () => Buffer.from(BYTES.toString().replaceAll('\n', '\r\n')),
  'byte-order-mark.ndjson': () => Buffer.concat([Buffer.from('\uFEFF'), BYTES]),
  'blank-line.ndjson': () => replaced(BILL, '\n', line(BILL)),
  'line-of-something-else.ndjson': () => replaced(BILL, 'Killed\n', line(BILL)),
  'checksum-missing.ndjson': () => replaced(BILL, `${line(BILL).toString().slice(0, -19)}}\n`),
  'payload-off-its-schema.ndjson': () =>
    replaced(BILL, forged(BILL, { data: { ...dataOf(BILL), call: 'one' } })),
  'end-without-start.ndjson': () =>
    replaced(PROMPT, forged(PROMPT, { type: 'node.completed', data: dataOf(END - 3) })),
  'number-too-large.ndjson': () =>
    replaced(
      BILL,
      withOverflow(
        line(BILL)
          .toString()
          .replace(/"input_tokens":\d+/u, '"input_tokens":1e400'),
      ),
    ),
  'event-after-the-end.ndjson': () => Buffer.concat([BYTES, forged(BILL, { seq: END + 1 })]),
  'count-wrong.ndjson': () => replaced(END, forged(END, { data: { ...dataOf(END), events: END - 1 } })),
  'format-of-the-future.ndjson': () =>
    replaced(0, forged(0, { data: { ...dataOf(0), format: 2, pflow: '2.1.0' } })),
  'type-of-the-future.ndjson': () => replaced(PROMPT, forged(PROMPT, { type: 'node.teleported' })),
  'run-twice.ndjson': () => Buffer.concat([BYTES, BYTES]),
  'empty.ndjson': () => Buffer.alloc(0),
  'cut-short.ndjson.gz': () => packed(BYTES).subarray(0, -1500),
  'flipped-bit.ndjson.gz': () => flipped(packed(BYTES), 1000),
  'written-on.ndjson.gz': () => Buffer.concat([packed(BYTES), ...OTHER]),
};

/** Packs bytes as one stored gzip block. The result does not depend on the version of zlib. */
function packed(bytes: Buffer): Buffer {
  const frame = Buffer.alloc(5);
  frame.writeUInt8(1, 0);
  frame.writeUInt16LE(bytes.length, 1);
  frame.writeUInt16LE(~bytes.length & 0xffff, 3);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), frame, bytes, trailer]);
}

/** Adds the checksum to a line whose number JSON.stringify cannot write. */
function withOverflow(text: string): Buffer {
  const { crc: _crc, ...event } = JSON.parse(text) as Record<string, unknown>;
  const encoded = encodeLine(event as unknown as LogEvent).toString();
  // The encoder writes null for a number that JSON cannot represent, so the checksum is computed again here.
  return withChecksum(encoded.slice(0, -19).replace('"input_tokens":null', '"input_tokens":1e400'));
}

function withChecksum(body: string): Buffer {
  return Buffer.from(`${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`);
}
