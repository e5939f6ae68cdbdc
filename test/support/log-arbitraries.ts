// Defines fast-check arbitraries of logs: well-formed runs as production code writes them, and logs that no
// writer produces but every reader accepts.
import fc from 'fast-check';
import { freeze } from 'immer';
import type { LogEvent } from '../../src/events/event.ts';
import type { EventType } from '../../src/events/vocabulary.ts';
import { EVENT_DATA, jsonValue } from './event-arbitraries.ts';
import { runId } from './run-builder.ts';
import { runPlan } from './run-plan-arbitraries.ts';
import { eventsOfPlan } from './run-plan-events.ts';

/** One run of either level, complete or cut off. */
export const wellFormedRun: fc.Arbitrary<readonly LogEvent[]> = runPlan.map((plan) =>
  eventsOfPlan(plan, runId(plan.number)),
);

/** Several runs, one after the other. */
export const wellFormedLog: fc.Arbitrary<readonly LogEvent[]> = fc
  .array(runPlan, { minLength: 1, maxLength: 3 })
  .map((plans) => plans.flatMap((plan, index) => eventsOfPlan(plan, runId(index + 1))));

/** Mixes `lists` in any way that keeps the order inside each list. */
export function interleaved<T>(lists: readonly (readonly T[])[]): fc.Arbitrary<readonly T[]> {
  const turns = lists.flatMap((list, index) => list.map(() => index));
  return fc.shuffledSubarray(turns, { minLength: turns.length }).map((order) => {
    const next = lists.map(() => 0);
    return order.flatMap((index) => {
      const position = next[index] ?? 0;
      next[index] = position + 1;
      return lists[index]?.slice(position, position + 1) ?? [];
    });
  });
}

const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  'a',
  'a/b',
  '10',
  'ünï',
  '\u2028',
];
const name = fc.constantFrom(...HOSTILE_NAMES);

const place = fc.record(
  {
    phase: fc.constantFrom('planner' as const, 'workflow' as const),
    node: name,
    visit: fc.integer({ min: 1, max: 3 }),
    item: fc.integer({ min: 0, max: 3 }),
    attempt: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);

const stamp = fc.record({
  seq: fc.nat(50),
  run: fc.constantFrom(runId(1), runId(2), runId(3)),
  at: fc.constantFrom('2026-11-22T09:30:00.000Z', '2020-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'),
  ms: fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => Math.abs(ms)),
});

/** Makes an event of a type with a valid payload and no related events. */
function eventOf(type: EventType): fc.Arbitrary<LogEvent> {
  return fc
    .tuple(stamp, place, EVENT_DATA[type])
    .map(([stamped, placed, data]) => freeze({ type, ...stamped, ...placed, data } as LogEvent, true));
}

export const extensionEvent: fc.Arbitrary<LogEvent> = fc
  .tuple(stamp, place, fc.dictionary(name, jsonValue, { maxKeys: 2 }))
  .map(([stamped, placed, data]) => freeze({ type: 'x.note', ...stamped, ...placed, data }, true));

const anyEvent: fc.Arbitrary<LogEvent> = fc.oneof(
  ...(Object.keys(EVENT_DATA) as EventType[]).map(eventOf),
  extensionEvent,
);

/** Logs in any order, with missing partners, hostile names, interleaved runs and extension events. */
export const permittedLog: fc.Arbitrary<readonly LogEvent[]> = fc.oneof(
  fc.array(anyEvent, { maxLength: 30 }),
  fc
    .tuple(wellFormedLog, fc.array(anyEvent, { maxLength: 10 }))
    .chain(([log, strays]) =>
      fc.shuffledSubarray([...log, ...strays], { maxLength: Math.min(60, log.length + strays.length) }),
    ),
);
