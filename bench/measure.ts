// Measuring by ratio: two things in turn, many rounds, in one process or as paired processes, so that what else the
// machine does hits both.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export interface Pair {
  /** Medians, in the unit of what was measured. */
  readonly base: number;
  readonly ours: number;
  /** Median of the ratios and of the differences of each round. */
  readonly ratio: number;
  readonly difference: number;
}

/** Runs the two in turn; each returns what it took. The first rounds warm up and do not count. */
export async function pair(
  rounds: number,
  base: () => number | Promise<number>,
  ours: () => number | Promise<number>,
): Promise<Pair> {
  const warm = Math.ceil(rounds / 5);
  const all: [number, number][] = [];
  for (let round = 0; round < rounds + warm; round += 1) {
    // Whoever goes first finds another cache and another heap than the second one.
    const first = round % 2 === 0;
    const one = first ? await base() : await ours();
    const two = first ? await ours() : await base();
    if (round >= warm) all.push(first ? [one, two] : [two, one]);
  }
  return {
    base: median(all.map(([a]) => a)),
    ours: median(all.map(([, b]) => b)),
    ratio: median(all.map(([a, b]) => b / a)),
    difference: median(all.map(([a, b]) => b - a)),
  };
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Wall milliseconds of a whole process. */
export function processMilliseconds(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
  return performance.now() - start;
}
