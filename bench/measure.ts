// Measuring by ratio: two things or more in turn, many rounds, in one process or as processes, so that what else the
// machine does hits all of them.
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
  const measured = await race(rounds, { base, ours });
  return {
    base: measured.median('base'),
    ours: measured.median('ours'),
    ratio: measured.ratio('ours', 'base'),
    difference: measured.difference('ours', 'base'),
  };
}

export interface Race<Name extends string> {
  /** In the unit of what was measured. */
  median(name: Name): number;
  /** Median over the rounds of one over the other. */
  ratio(name: Name, over: Name): number;
  difference(name: Name, over: Name): number;
}

/** Runs all in turn; each returns what it took. The first rounds warm up and do not count. */
export async function race<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Race<Name>> {
  const names = Object.keys(contenders) as Name[];
  const warm = Math.ceil(rounds / 5);
  const all: Record<string, number>[] = [];
  for (let round = 0; round < rounds + warm; round += 1) {
    const taken: Record<string, number> = {};
    // The first one finds another state of cache and heap than the next.
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      taken[name] = await contenders[name]();
    }
    if (round >= warm) all.push(taken);
  }
  const of = (taken: Readonly<Record<string, number>>, name: Name): number => taken[name] ?? NaN;
  return {
    median: (name) => median(all.map((taken) => of(taken, name))),
    ratio: (name, over) => median(all.map((taken) => of(taken, name) / of(taken, over))),
    difference: (name, over) => median(all.map((taken) => of(taken, name) - of(taken, over))),
  };
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Wall milliseconds of a whole Node process. */
export function processMilliseconds(args: readonly string[]): number {
  return commandMilliseconds(process.execPath, args);
}

/** Wall milliseconds of a whole process. */
export function commandMilliseconds(command: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
  return performance.now() - start;
}
