import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { dayIn } from '../../projections/tally/calendar.ts';
import { timeZone } from '../../src/replay/time-zone.ts';
import { PflowError } from '../../src/errors.ts';

const hours = (zone: string, at: string): number => timeZone(zone).offsetAt(Date.parse(at)) / 3_600_000;

describe('the offset of a time zone', () => {
  test.each([
    ['UTC', '2026-07-01T00:00:00.000Z', 0],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 1],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', 2],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 2],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', 1],
    ['America/New_York', '2026-11-01T05:59:59.999Z', -4],
    ['America/New_York', '2026-11-01T06:00:00.000Z', -5],
    ['Asia/Kolkata', '2026-11-01T06:00:00.123Z', 5.5],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 11],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', 10.5],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', 14],
    ['Africa/Monrovia', '1972-01-07T00:44:29.999Z', -0.741_666_666_666_666_7],
    ['Africa/Monrovia', '1972-01-07T00:44:30.000Z', 0],
  ])('the offset of %s at %s is %d hours', (zone, at, expected) => {
    expect(hours(zone, at)).toBe(expected);
  });

  test('the offset at a moment does not depend on earlier lookups', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Africa/Casablanca');
    const moments = fc.array(fc.integer({ min: 0, max: 2e12 }), { maxLength: 5 });
    fc.assert(
      fc.property(zones, moments, fc.integer({ min: 0, max: 2e12 }), (name, before, moment) => {
        const zone = timeZone(name);
        for (const other of before) zone.offsetAt(other);
        expect(zone.offsetAt(moment)).toBe(timeZone(name).offsetAt(moment));
        const shown = new Intl.DateTimeFormat('en-CA', { timeZone: name, dateStyle: 'short' }).format(moment);
        expect(dayIn(zone, new Date(moment).toISOString())).toBe(shown);
      }),
      { numRuns: 60 },
    );
  });
});

test('a zone keeps its name, and local has the name of the zone of this machine', () => {
  expect(timeZone('Asia/Kolkata').name).toBe('Asia/Kolkata');
  expect(timeZone('local').name).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test('an unknown time zone is wrong usage', () => {
  expect(() => timeZone('Mars/Olympus')).toThrow(
    new PflowError('USAGE', 'there is no time zone "Mars/Olympus"', {
      hint: 'For example: --time-zone Europe/Berlin, UTC, or local for the zone of this machine.',
    }),
  );
});
