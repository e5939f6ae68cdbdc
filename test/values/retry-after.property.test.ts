// Invariant: the wait of a header is positive, and a text that is neither a delay nor a date states no wait.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfterMs, parseRetryDelayMs } from '../../src/values/retry-after.ts';

const NOW = Date.UTC(2026, 10, 29, 12, 0, 0);

function waitOf(text: string): number | undefined {
  return parseRetryAfterMs({ 'retry-after': text }, NOW);
}

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['2.5', 2_500],
    [' 0.0004 ', 1],
    ['3600', 3_600_000],
    ['Sun, 29 Nov 2026 12:00:30 GMT', 30_000],
    ['Sunday, 29-Nov-26 12:00:30 GMT', 30_000],
    ['Sun Nov 29 12:00:30 2026', 30_000],
    ['2026-11-29T12:00:30.5Z', 30_500],
    ['2026-11-29T13:00:30+01:00', 30_000],
    ['0', undefined],
    ['Wed, 21 Oct 2015 07:28:00 GMT', undefined],
    ['Sun Nov 29 11:59:30 2026', undefined],
    ['-1', undefined],
    ['+5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    ['soon 5', undefined],
    ['5 seconds', undefined],
    ['2.5.1', undefined],
    ['12/31/2027', undefined],
    ['Sun, 99 Xyz 2026 99:99:99 GMT', undefined],
    ['', undefined],
  ])('%j is a wait of %s ms', (text, expected) => {
    expect(waitOf(text)).toBe(expected);
  });

  it('in milliseconds wins, unless it is not a number', () => {
    const of = (exact: string): unknown =>
      parseRetryAfterMs({ 'retry-after-ms': exact, 'retry-after': '7' }, NOW);
    expect([of('250'), of('0.2'), of('soon')]).toEqual([250, 1, 7_000]);
  });

  it('in a body is read by the same rules', () => {
    expect(['2.5s', '0s', '-1s', '5', 's', 3, undefined].map(parseRetryDelayMs)).toEqual([
      2_500,
      ...Array.from({ length: 6 }, () => undefined),
    ]);
  });

  it('is positive or absent for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+\d.,:A-Za-z ]{0,20}$/)), (text) => {
        const wait = waitOf(text);
        expect(wait === undefined || wait > 0).toBe(true);
      }),
    );
  });

  it('is every number of seconds and every second of a date in the future', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seconds) => {
        expect(waitOf(String(seconds))).toBe(seconds * 1000);
        expect(waitOf(new Date(NOW + seconds * 1000).toUTCString())).toBe(seconds * 1000);
      }),
    );
  });
});
