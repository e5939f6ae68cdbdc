// Invariant: decoding an encoded event gives the event, for every payload, and all lines have one layout.
import { appended } from './appended.ts';
import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { EVENT_TYPES } from '../../../src/events/vocabulary.ts';
import { encodeLine, LineEncoder } from '../../../src/log/write/line-encoder.ts';
import { verifyChecksum, lineText } from '../../../src/log/line-form.ts';
import { openMemoryLog } from '../../../src/log/write/memory-log.ts';
import { fakeOptions } from '../fake-host.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u2028\u2029',
    '\ud800',
    'a\udfffb',
    '🙂',
    '\0',
    '","crc":"00000000"}',
    '\n',
    '\r\n',
    '\u001b[31m',
  ),
);
const payload = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.oneof(text, fc.jsonValue()), {
  maxKeys: 5,
});
const count = fc.integer({ min: 1, max: 9 });
const place = fc.record(
  { phase: fc.constantFrom('planner', 'workflow'), node: text, visit: count, item: count, attempt: count },
  { requiredKeys: [] },
);

function eventOf(fields: object, data: Readonly<Record<string, unknown>>): LogEvent {
  return appended(openMemoryLog(fakeOptions()), { type: 'x.any', ...fields, data });
}

it('a decoded line is the event', () => {
  fc.assert(
    fc.property(place, payload, (fields, data) => {
      const event = eventOf(fields, data);
      const line = encodeLine(event);
      const end = line.length - 1;
      expect(verifyChecksum(line, 0, end)).toBe('valid');
      expect(JSON.parse(lineText(line, 0, end, 'valid'))).toStrictEqual(event);
      expect(line.indexOf(0x0a)).toBe(end);
    }),
    { numRuns: 300 },
  );
});

it('keys have one order, and the checksum covers all bytes before it', () => {
  fc.assert(
    fc.property(place, payload, (fields, data) => {
      const line = encodeLine(eventOf(fields, data));
      const parsed = JSON.parse(line.toString()) as Record<string, unknown>;
      const order = [
        'type',
        'seq',
        'run',
        'at',
        'ms',
        'phase',
        'node',
        'visit',
        'item',
        'attempt',
        'data',
        'crc',
      ];
      expect(Object.keys(parsed)).toEqual(order.filter((key) => key in parsed));
      const body = line.subarray(0, line.length - 19);
      expect(line.subarray(line.length - 19).toString()).toBe(
        `,"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`,
      );
      expect(line.toString().startsWith('{"type":"')).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('a line longer than the buffer is encoded like a short one', () => {
  const encoder = new LineEncoder();
  for (const length of [10, 20_000, 70_000, 10]) {
    const event = eventOf({}, { text: 'ü🙂'.repeat(length) });
    encoder.encode(event);
    const line = encoder.bytes.subarray(encoder.start, encoder.start + encoder.length);
    expect(verifyChecksum(line, 0, line.length - 1)).toBe('valid');
    expect(JSON.parse(line.toString())).toMatchObject({ data: event.data });
  }
});

it('a head of any length and time is written as JSON.stringify writes it', () => {
  const long = fc.constantFrom('n'.repeat(101), 'ü'.repeat(100), 'x'.repeat(100_000));
  const ms = fc.oneof(
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    fc.nat(5_000_000).map((micros) => micros / 1000),
    fc.constantFrom(0, 0.001, 2_147_483.647, 2_147_483.648, 2_147_483.649, 1e21, 5e-324),
  );
  fc.assert(
    fc.property(place, fc.option(long), ms, fc.nat(), (fields, node, ms, seq) => {
      const { data, ...rest } = eventOf({ ...fields, ...(node === null ? {} : { node }) }, { a: 1 });
      const head = { ...rest, seq, ms };
      const line = encodeLine({ ...head, data } as LogEvent).toString();
      expect(line.slice(0, line.indexOf(',"crc":"'))).toBe(JSON.stringify({ ...head, data }).slice(0, -1));
    }),
    { numRuns: 500 },
  );
});

it('the first line may have an empty node id', () => {
  const event = eventOf({ node: '' }, {});
  const encoder = new LineEncoder();
  encoder.encode({ ...event, run: '' });
  const line = encoder.bytes.toString('utf8', encoder.start, encoder.start + encoder.length);
  expect(JSON.parse(line)).toMatchObject({ ...event, run: '' });
});

it('no flipped bit turns an event type into another', () => {
  const flipped = EVENT_TYPES.flatMap((type) =>
    [...Buffer.from(type)].flatMap((byte, at) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => {
        const bytes = Buffer.from(type);
        bytes[at] = byte ^ (1 << bit);
        return bytes.toString('latin1');
      }),
    ),
  );
  expect(
    flipped.filter((type) => (EVENT_TYPES as readonly string[]).includes(type) || type.startsWith('x.')),
  ).toEqual([]);
});
