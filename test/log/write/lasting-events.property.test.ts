// Invariant: an event never changes after it is made, whatever the program does to the values in it. Making it neither
// changes nor freezes values of the program.
import { appended } from './appended.ts';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { openMemoryLog } from '../../../src/log/write/memory-log.ts';
import { fakeOptions } from '../fake-host.ts';

class Own {
  readonly inner: unknown;

  constructor(inner: unknown) {
    this.inner = inner;
  }
}

/** Nested values of every kind. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(1n, undefined, Number.NaN, -0),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'password'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    tie('value').map((inner) => new Own(inner)),
    tie('value').map((inner) => new Map([['k', inner]])),
    tie('value').map((inner) => new Set([inner])),
    tie('value').map((inner) => new Error('e', { cause: inner })),
  ),
}));

const shown = (given: unknown): string => inspect(given, { depth: Infinity, showHidden: true, sorted: true });

/** An object and all objects in it. */
function partsOf(given: unknown, parts = new Set<object>()): ReadonlySet<object> {
  if (typeof given !== 'object' || given === null || parts.has(given)) return parts;
  parts.add(given);
  const held: readonly unknown[] = given instanceof Map || given instanceof Set ? [...given.values()] : [];
  const members: readonly unknown[] = Object.values(given);
  for (const inner of [...held, ...members, (given as Error).cause]) partsOf(inner, parts);
  return parts;
}

/** Changes everything that is mutable, at every depth. */
function wreck(given: unknown): void {
  for (const part of partsOf(given)) {
    if (part instanceof Map || part instanceof Set) part.clear();
    if (part instanceof Date) part.setTime(0);
    if (part instanceof Uint8Array) part.fill(9);
    for (const key of Object.keys(part)) Reflect.set(part, key, 'wrecked');
    Reflect.set(part, Array.isArray(part) ? part.length : 'more', 'wrecked');
  }
}

it('an event keeps its content when the program changes the values in it', () => {
  fc.assert(
    fc.property(value, (given) => {
      const log = openMemoryLog(fakeOptions());
      const before = shown(given);
      const recorded = log.copyForLog(given);
      const event = appended(log, { type: 'x.note', data: { given, again: [given] } });
      // The values of the program are unchanged.
      expect(shown(given)).toBe(before);
      const [line, form] = [encodeLine(event).toString(), JSON.stringify(recorded)];
      wreck(given);
      expect(shown(given) === before && typeof given === 'object' && given !== null).toBe(false);
      expect(encodeLine(event).toString()).toBe(line);
      expect(JSON.stringify(recorded)).toBe(form);
    }),
    { numRuns: 300 },
  );
});

it('a subscriber cannot change an event', () => {
  fc.assert(
    fc.property(value, (given) => {
      const log = openMemoryLog(fakeOptions());
      log.subscribe((event) => {
        wreck(event);
      });
      const event = appended(log, { type: 'x.note', data: { given } });
      expect(encodeLine(event).toString()).not.toContain('wrecked');
    }),
    { numRuns: 100 },
  );
});
