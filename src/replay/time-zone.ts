// Computes the offset of a time zone from UTC at a moment, with Node's data. The calendar is the same for every
// locale.
import { UTC, type TimeZone } from '../../projections/tally/calendar.ts';
import { PflowError } from '../errors.ts';

// Loading the data of a format takes 10 ms of a slow processor. UTC and `local` do without.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `local` is the zone of this machine. Throws USAGE for an unknown name. */
export function timeZone(name: string): TimeZone {
  if (name === 'UTC') return UTC;
  if (name !== 'local') {
    const format = formatOf(name);
    return { name, offsetAt: offsets((moment) => clockAt(format, moment)) };
  }
  return {
    get name() {
      return new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone;
    },
    offsetAt: offsets(localClockAt),
  };
}

/** `clock`: what a clock in the zone shows, as if it were UTC. */
function offsets(clock: (moment: number) => number): TimeZone['offsetAt'] {
  const exactly = (moment: number): number => clock(moment) - Math.floor(moment / 1000) * 1000;
  // Formatting takes long, and no zone changes its clocks twice a day.
  const ofDay = steadyOffsets(DAY_MS, exactly);
  const ofHour = steadyOffsets(HOUR_MS, exactly);
  return (moment) => ofDay(moment) ?? ofHour(moment) ?? exactly(moment);
}

/** Offsets of long ago have seconds, which `getTimezoneOffset` leaves out. */
function localClockAt(moment: number): number {
  const local = new Date(moment);
  const clock = new Date(0);
  clock.setUTCFullYear(local.getFullYear(), local.getMonth(), local.getDate());
  return clock.setUTCHours(local.getHours(), local.getMinutes(), local.getSeconds());
}

/** Returns the offset of a moment's span; null if it changes within. */
function steadyOffsets(span: number, exactly: (moment: number) => number): (moment: number) => number | null {
  const known = new Map<number, number | null>();
  return (moment) => {
    const number = Math.floor(moment / span);
    let offset = known.get(number);
    if (offset === undefined) {
      const first = exactly(number * span);
      offset = first === exactly((number + 1) * span) ? first : null;
      known.set(number, offset);
    }
    return offset;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new PflowError('USAGE', `there is no time zone "${timeZone}"`, {
      hint: 'For example: --time-zone Europe/Berlin, UTC, or local for the zone of this machine.',
      cause: error,
    });
  }
}

function clockAt(format: Intl.DateTimeFormat, moment: number): number {
  const shown = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
  const clock = new Date(0);
  // Not Date.UTC, which takes the year 1 for 1901.
  clock.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  return clock.setUTCHours(part('hour'), part('minute'), part('second'));
}
