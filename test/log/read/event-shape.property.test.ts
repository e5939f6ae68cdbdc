// Invariant: the hand-written check of an envelope agrees with its schema.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { envelopeSchema } from '../../../src/events/event.ts';
import { envelopeDamage, payloadDamage } from '../../../src/log/read/event-shape.ts';
import type { ParsedEvent } from '../../../src/log/read/event-shape.ts';

const unusual = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  'text',
  0,
  1,
  -1,
  1.5,
  2 ** 60,
  true,
  {},
  [],
  'planner',
  '__proto__',
);
const envelope = fc.record(
  {
    type: fc.oneof({ weight: 9, arbitrary: fc.constant('x.a') }, unusual),
    seq: fc.oneof({ weight: 9, arbitrary: fc.nat() }, unusual),
    run: fc.oneof({ weight: 9, arbitrary: fc.constant('r') }, unusual),
    at: fc.oneof({ weight: 9, arbitrary: fc.constant('now') }, unusual),
    ms: fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true }) }, unusual),
    phase: fc.oneof(fc.constantFrom('planner', 'workflow'), unusual),
    node: fc.oneof(fc.string(), unusual),
    visit: fc.oneof(fc.nat(), unusual),
    item: fc.oneof(fc.nat(), unusual),
    attempt: fc.oneof(fc.nat(), unusual),
    data: fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, unusual),
  },
  { requiredKeys: ['type', 'seq', 'run', 'at', 'ms', 'data'] },
);

it('the hand-written check of an envelope agrees with the schema', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: envelope }, unusual), (value) => {
      expect(envelopeDamage(value) === undefined).toBe(envelopeSchema.safeParse(value).success);
    }),
    { numRuns: 2_000 },
  );
});

it('an invalid payload is reported with its field, or for its depth', () => {
  const event = (data: object): ParsedEvent =>
    ({ type: 'node.started', seq: 1, run: 'r', at: 'a', ms: 0, data }) as ParsedEvent;
  expect(payloadDamage(event({ node_type: 'llm', more: 1 }), 100)).toBeUndefined();
  expect(payloadDamage(event({ node_type: 1 }), 100)).toEqual({
    code: 'payload',
    why: 'data.node_type of node.started: Invalid input: expected string, received number',
  });
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
  expect(payloadDamage(event({ node_type: 'llm', deep }), 40_100)?.code).toBe('too-deep');
});
