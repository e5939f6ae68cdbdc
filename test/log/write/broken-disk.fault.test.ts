// Invariant: whichever write or sync of a real process fails, the log has all acknowledged events, and nothing is
// written or retried after the failure; the run goes on and knows up to which seq its log is safe.
import { describe, expect, it } from 'vitest';
import { bundledProgram } from '../../support/bundled-program.ts';
import { sweep, traceNode, type TracedRun } from '../../support/trace-process.ts';
import { reading } from '../read/file-of-bytes.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const program = bundledProgram('append-a-run');
const EVENTS = 20;
const SYNCS_WHEN_DURABLE = 7;

interface Ending {
  readonly notified: number;
  readonly complete: boolean;
  readonly lastSeq: number;
  readonly code?: string;
  readonly message?: string;
}

/** The output of the program: the seq of each event that was kept, and the state of its log at the end. */
function outputOf({ stdout }: TracedRun): {
  readonly acknowledged: readonly number[];
  readonly ending: Ending;
} {
  const lines = stdout.trimEnd().split('\n');
  return {
    acknowledged: lines.slice(0, -1).map(Number),
    ending: JSON.parse(lines.at(-1) ?? '') as Ending,
  };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, seq) => seq);
const safeUpTo = (seq: number): string =>
  seq < 0 ? 'holds no event that is safe' : `is safe up to seq ${String(seq)} only`;
const named = (run: TracedRun, name: string): number => run.calls.filter((call) => call.name === name).length;

describe('when the nth write fails, for every n', () => {
  it.each([
    ['ENOSPC', 'no space left on the device'],
    ['EIO', 'the device reported an input/output error'],
  ])('the log has the events before it, and nothing is written after it: %s', async (error, reason) => {
    const faults = await sweep(EVENTS, async (nth) => {
      const file = path('run.ndjson');
      const run = await traceNode([program, file], {
        file,
        inject: `write:error=${error}:when=${String(nth)}`,
      });
      const { acknowledged, ending } = outputOf(run);
      const { events, report } = await reading(file);
      const kept = run.hitFault ? nth - 1 : EVENTS;
      expect(run.code).toBe(0);
      expect(acknowledged).toEqual(upTo(kept));
      expect(events.map(({ seq }) => seq)).toEqual(upTo(kept));
      expect(report?.end ?? 'clean').toBe('clean');
      expect(named(run, 'write')).toBe(run.hitFault ? nth : EVENTS);
      expect(ending).toEqual({
        notified: EVENTS,
        complete: !run.hitFault,
        lastSeq: kept - 1,
        ...(run.hitFault
          ? {
              code: 'LOG_INCOMPLETE',
              message: `the log "${file}" ${safeUpTo(kept - 1)}: ${reason} (${error})`,
            }
          : {}),
      });
      return run;
    });
    expect(faults).toBe(EVENTS);
  });
});

describe('when the nth fdatasync fails, for every n', () => {
  it('it is not retried, and nothing is written after it', async () => {
    const faults = await sweep(SYNCS_WHEN_DURABLE, async (nth) => {
      const file = path('run.ndjson');
      const args = [program, file, '200', '--durable'];
      const run = await traceNode(args, { file, inject: `fdatasync:error=EIO:when=${String(nth)}` });
      const { ending } = outputOf(run);
      const { events } = await reading(file);
      expect(run.code).toBe(0);
      expect(ending.complete).toBe(!run.hitFault);
      expect(named(run, 'fdatasync')).toBe(run.hitFault ? nth : SYNCS_WHEN_DURABLE);
      if (!run.hitFault) return run;
      const names = run.calls.map(({ name }) => name);
      expect(names.slice(names.lastIndexOf('fdatasync') + 1)).toEqual(['close']);
      // Only events that an earlier sync covered are safe, not those written since.
      expect(ending.lastSeq).toBe(nth === 1 ? -1 : 3 * (nth - 1));
      expect(events.length).toBe(named(run, 'write'));
      return run;
    });
    expect(faults).toBe(SYNCS_WHEN_DURABLE);
  });

  it('the only one without --durable is at the end, and its failure is reported', async () => {
    const file = path('run.ndjson');
    const run = await traceNode([program, file], { file, inject: 'fdatasync:error=EIO:when=1+' });
    expect(run.calls.map(({ name }) => name)).toEqual([
      ...upTo(EVENTS).map(() => 'write'),
      'fdatasync',
      'close',
    ]);
    expect(outputOf(run).ending).toMatchObject({ notified: EVENTS, complete: false, lastSeq: -1 });
  });
});

describe('a disk that misreports', () => {
  it('a write that it did not do leaves a damaged line, which the reader reports', async () => {
    const file = path('run.ndjson');
    const run = await traceNode([program, file, '12000'], { file, inject: 'write:retval=2:when=3' });
    // The program writes the rest of the line.
    expect(named(run, 'write')).toBe(EVENTS + 1);
    expect(outputOf(run).ending.complete).toBe(true);
    const { report, events } = await reading(file, { skipCorrupt: true });
    expect(report?.findings.map(({ code, line }) => [code, line])).toEqual([['crc-wrong', 3]]);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(EVENTS).filter((seq) => seq !== 2));
  });

  it('a write of no bytes without an error ends the log instead of blocking it', async () => {
    const file = path('run.ndjson');
    const run = await traceNode([program, file], { file, inject: 'write:retval=0:when=5' });
    expect(outputOf(run).ending).toMatchObject({ notified: EVENTS, complete: false, lastSeq: 3 });
    expect(named(run, 'write')).toBe(5);
  });

  it('a close that fails loses no event that was synced before', async () => {
    const file = path('run.ndjson');
    const run = await traceNode([program, file], { file, inject: 'close:error=EIO:when=1' });
    expect(outputOf(run).ending).toMatchObject({ complete: false, lastSeq: EVENTS - 1 });
    expect((await reading(file)).report?.runs[0]?.whole).toBe(true);
  });
});
