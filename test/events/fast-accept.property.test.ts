// Invariant: the fast check accepts nothing that the schema rejects, and accepts everything in the recorded logs.
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LogEvent } from '../../src/events/event.ts';
import { createFastAccept } from '../../src/events/fast-accept.ts';
import { EVENT_TYPES, isEventType, VOCABULARY } from '../../src/events/vocabulary.ts';

const LOGS = 'fixtures/logs/v1';
const events = readdirSync(LOGS).flatMap((name) =>
  readFileSync(`${LOGS}/${name}`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEvent),
);

const anyJson = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'text',
    0,
    -0,
    1,
    -1,
    1.5,
    NaN,
    Infinity,
    2 ** 53,
    1e300,
    true,
    1n,
  ),
  fc.constantFrom<unknown>(
    {},
    [],
    [1],
    { a: 1 },
    Object.create(null),
    new Date(0),
    new Map(),
    'success',
    'add',
    'file',
  ),
);

describe('the fast check', () => {
  it.each(EVENT_TYPES)('of %s accepts only what the schema accepts', (type) => {
    const { schema } = VOCABULARY[type];
    const check = createFastAccept(schema);
    const known = events.filter((event) => event.type === type).map(({ data }) => data);
    const shape = fc.record(Object.fromEntries(Object.keys(schema.shape).map((key) => [key, anyJson])), {
      requiredKeys: [],
    });
    const wrecked = fc
      .tuple(fc.constantFrom(...known, {}), shape)
      .map(([data, members]) => ({ ...data, ...members }));
    fc.assert(
      fc.property(fc.oneof(wrecked, anyJson), (data) => {
        if (check(data)) expect(schema.safeParse(data).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts every payload of the recorded logs', () => {
    const doubted = events.filter(
      ({ type, data }) => isEventType(type) && !createFastAccept(VOCABULARY[type].schema)(data),
    );
    expect(doubted).toEqual([]);
    expect(events.length).toBeGreaterThan(100);
  });

  it.each([
    ['a check that it does not know', z.string().min(3), 'abcd'],
    ['a number with a bound that it does not know', z.number().max(3), 2],
    ['a kind that it does not know', z.date(), new Date(0)],
    ['an object that refuses further members', z.strictObject({ a: z.string() }), { a: 'b' }],
    ['keys with a form', z.record(z.string().min(1), z.unknown()), { a: 1 }],
  ])('accepts no value of %s', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(true);
    expect(createFastAccept(schema)(value)).toBe(false);
  });
});
