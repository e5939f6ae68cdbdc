// Tests times and ids with unreliable clocks.
import { describe, expect, it } from 'vitest';
import { RunClock } from '../../../src/log/write/run-clock.ts';
import { uuidV7 } from '../../../src/log/write/uuid-v7.ts';

function stamps(wall: number, monotonic: readonly number[]): readonly (readonly [string, number])[] {
  let look = 0;
  const clock = new RunClock({
    now: () => wall,
    monotonic: () => monotonic[look++] ?? 0,
    randomBytes: (count) => new Uint8Array(count),
  });
  return monotonic.slice(1).map(() => {
    clock.tick();
    return [clock.at, clock.ms] as const;
  });
}

describe('the clock of a run', () => {
  it('starts at zero, counts thousandths of a millisecond, and never goes back or stops', () => {
    expect(stamps(0, [100, 100, 101.23456, 90, Number.NaN, 102])).toEqual([
      ['1970-01-01T00:00:00.000Z', 0],
      ['1970-01-01T00:00:00.001Z', 1.235],
      ['1970-01-01T00:00:00.001Z', 1.235],
      ['1970-01-01T00:00:00.001Z', 1.235],
      ['1970-01-01T00:00:00.002Z', 2],
    ]);
  });

  it('gives a valid date for any value of the wall clock', () => {
    expect(stamps(Number.NaN, [0, 0])).toEqual([['1970-01-01T00:00:00.000Z', 0]]);
    expect(stamps(Infinity, [0, 5])).toEqual([['1970-01-01T00:00:00.005Z', 5]]);
    expect(stamps(8.64e15, [0, 5])).toEqual([['+275760-09-13T00:00:00.000Z', 5]]);
    expect(stamps(-1e300, [0, 0])).toEqual([['-271821-04-20T00:00:00.000Z', 0]]);
  });
});

describe('the id of a run', () => {
  it('is a UUID of version 7 from the time and random bytes', () => {
    const random = Uint8Array.from([255, 254, 253, 252, 251, 250, 249, 248, 247, 246]);
    expect(uuidV7(0x0199f3a01c2d, random)).toBe('0199f3a0-1c2d-7ffe-bdfc-fbfaf9f8f7f6');
    expect(uuidV7(0, new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
    expect(uuidV7(Number.NaN, new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
  });

  it('sorts by time', () => {
    const ids = [1, 2, 255, 256, 1_764_000_000_000].map((time) =>
      uuidV7(time, new Uint8Array(10).fill(200 - (time % 7))),
    );
    expect([...ids].sort()).toEqual(ids);
  });
});
