// Invariant: the scanner leaves out a raw usage only where the whole check has no doubt about it, although it compares
// a shape that it has read before as a text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { FastReader } from '../../../src/log/read/fast-reader.ts';
import { LineParser } from '../../../src/log/read/line-parser.ts';
import { LogChecks } from '../../../src/log/read/log-checks.ts';
import type { ReadOptions } from '../../../src/log/read/read-options.ts';
import { checkRecorded } from '../../../src/usage/check-recorded.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { STARTED } from '../some-drafts.ts';

function readAll(bytes: Buffer, options: Omit<ReadOptions, 'onEvent'>): readonly LogEvent[] {
  const events: LogEvent[] = [];
  const checks = new LogChecks({ ...options, onEvent: (event) => events.push(event) });
  const reader = new FastReader(checks, new LineParser(checks, options), options);
  expect(reader.readFrom('log', (into, position) => bytes.copy(into, 0, position))).toBeUndefined();
  reader.finish();
  return events;
}

test('a raw usage is left out only where it agrees with the usage, also after others of its shape', () => {
  const count = fc.oneof(
    fc.nat({ max: 5000 }),
    fc.constantFrom(0, 0.1, 1.5, -1, 1e21, 123_456_789_012_345, 1_234_567_890_123_456),
  );
  const call = fc.record({
    raw: fc.record({ input_tokens: count, output_tokens: count }),
    more: fc.constantFrom({}, { service_tier: 'standard' }, { note: '12' }, { cache_read_input_tokens: 3 }),
    differs: fc.boolean(),
  });
  // How often each happened, so that the property cannot hold vacuously.
  const met = { leftOut: 0, kept: 0 };
  fc.assert(
    fc.property(fc.array(call, { minLength: 2, maxLength: 12 }), (calls) => {
      const data = calls.map(({ raw, more, differs }, index) => {
        const asCount = (given: number): number =>
          (Number.isSafeInteger(given) && given >= 0 ? given : 0) + (differs ? 1 : 0);
        const usage = {
          input_tokens: asCount(raw.input_tokens),
          output_tokens: raw.output_tokens >= 0 ? asCount(raw.output_tokens) : 0,
          ...('cache_read_input_tokens' in more ? more : {}),
        };
        const raw_usage = { ...raw, ...more };
        return { call: index + 1, provider: 'anthropic', model: 'm', usage, raw_usage, duration_ms: 1 };
      });
      const events = eventsOf([
        STARTED,
        ...data.map((each) => ({ type: 'llm.completed', data: each }) as const),
      ]);
      const handles = new Set<string>(['llm.completed']);
      const read = readAll(bytesOf(events), { handles, skippable: new Set(['ordinary_usage']) });
      expect(read).toHaveLength(data.length);
      for (const [index, original] of data.entries()) {
        const found = read[index]?.data ?? {};
        const { raw_usage: raw, ...rest } = original;
        if ('raw_usage' in found) {
          met.kept += 1;
          expect(found).toEqual(original);
        } else {
          met.leftOut += 1;
          expect(found).toEqual(rest);
          const { usage, provider, model } = original;
          expect(checkRecorded({ provider, model, usage, raw })).toEqual([]);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(met.leftOut, met.kept)).toBeGreaterThan(100);
});
