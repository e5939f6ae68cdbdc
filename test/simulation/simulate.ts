// Checks the scenarios of many seeds: each of them in this process, and one in a hundred in a process of its own as
// well.
import { checkScenario } from './check-scenario.ts';
import { checkProcess, runUndisturbed } from './run-process.ts';
import type { SimulatedRun } from './run-scenario.ts';
import { createScenario, type Scenario } from './scenario.ts';
import { failsLike, shrinkScenario, type Check } from './shrink-scenario.ts';

/** Processes at once. */
const PROCESSES = 3;

interface SimulationFailure {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly smallest: Scenario;
  /** Those of the smallest scenario. */
  readonly remaining: readonly string[];
}

export interface Simulation {
  readonly seeds: readonly number[];
  /** Called with each failure, shrunk. */
  readonly onFailure: (failure: SimulationFailure) => void;
}

/** Returns the number of seeds that failed. */
export async function simulate({ seeds, onFailure }: Simulation): Promise<number> {
  const failures = new Map<number, readonly string[]>();
  const report = async (seed: number, violations: readonly string[], check: Check): Promise<void> => {
    failures.set(seed, violations);
    const smallest = await shrinkScenario(createScenario(seed), failsLike(violations, check));
    onFailure({ seed, violations, smallest, remaining: await check(smallest) });
  };
  const here = new Map<number, SimulatedRun>();
  for (const seed of seeds) {
    const scenario = createScenario(seed);
    const violations = await checkScenario(scenario);
    if (violations.length > 0) await report(seed, violations, checkScenario);
    // Its process runs later: this one has virtual time until then.
    else if (scenario.takesRealTime) here.set(seed, await runUndisturbed(scenario));
  }
  for (const [seed, violations] of await checkProcesses(here)) await report(seed, violations, checkBoth);
  return failures.size;
}

/** Returns the violations of the seeds that failed. */
export async function checkProcesses(
  here: ReadonlyMap<number, SimulatedRun>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const waiting = [...here];
  const failed = new Map<number, readonly string[]>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [seed, run] = next;
      const violations = await checkProcess(createScenario(seed), run);
      if (violations.length > 0) failed.set(seed, violations);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return failed;
}

/** Accepts an invalid scenario: that is not the failure that is searched for. */
const checkBoth: Check = async (scenario) => {
  const here = await runUndisturbed(scenario).catch(() => undefined);
  return here === undefined ? [] : checkProcess(scenario, here);
};
