// Checks how a run counts damaged lines, which name their own place.
import { describe, expect, it } from 'vitest';
import { RunChecks } from '../../../src/log/read/run-checks.ts';

const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';

function runWithLines(count: number): RunChecks {
  const run = new RunChecks(RUN);
  for (let seq = 0; seq < count; seq += 1) run.countLine(seq);
  return run;
}

describe('a damaged line', () => {
  it('with the next seq takes its place: the line after it is not a gap', () => {
    const run = runWithLines(3);
    expect([run.countDamaged(3), run.missingBefore(4), run.checkPosition('echo', 4)]).toEqual([
      true,
      0,
      undefined,
    ]);
  });

  it.each([0, 2, 4, 9])('with another seq (%i) takes no place', (seq) => {
    const run = runWithLines(3);
    expect([run.countDamaged(seq), run.missingBefore(3), run.missingBefore(4)]).toEqual([false, 0, 1]);
    expect(run.reading()).toMatchObject({ events: 3, lastSeq: 2 });
  });

  it.each([2, 3, 4])('damages its run, whatever its seq is (%i)', (seq) => {
    const run = runWithLines(3);
    run.countDamaged(seq);
    expect(run.damaged).toBe(true);
  });
});
