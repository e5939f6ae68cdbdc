// What must hold for every scenario, whichever faults it has. Each violation is one sentence.
import { checkCalls } from './check-calls.ts';
import { checkLimits } from './check-limits.ts';
import { checkLog } from './check-log.ts';
import { checkLevels, checkPrinted, checkSameOutcomes } from './check-outcomes.ts';
import { checkResumed } from './check-resumed.ts';
import { checkSecrets } from './check-secrets.ts';
import { describeError } from './describe-error.ts';
import { observersOf } from './observers.ts';
import { runResumed } from './run-resumed.ts';
import { runScenario, type SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { loadEverything } from './load-everything.ts';

/** Runs the scenario under its observers. Returns the violations; empty when all promises hold. */
export async function checkScenario(scenario: Scenario): Promise<readonly string[]> {
  await loadEverything();
  const runs: SimulatedRun[] = [];
  for (const observer of observersOf(scenario)) {
    try {
      runs.push(await runScenario(scenario, observer));
    } catch (error) {
      return [`${observer}: the run threw ${describeError(error)}`];
    }
  }
  const single = await Promise.all(runs.map((run) => checkRun(scenario, run)));
  return [
    ...checkSameOutcomes(scenario, runs),
    ...checkLevels(scenario, runs),
    ...single.flat(),
    ...(scenario.isResumed ? await checkResume(scenario) : []),
  ];
}

async function checkResume(scenario: Scenario): Promise<readonly string[]> {
  try {
    const pair = await runResumed(scenario);
    if (pair === undefined) return [];
    const { second } = pair;
    const problems = [
      ...(await checkResumed(scenario, pair)),
      ...(second === undefined ? [] : await checkSecond(scenario, second)),
    ];
    return problems.map((problem) => `resumed: ${problem}`);
  } catch (error) {
    return [`resumed: the run threw ${describeError(error)}`];
  }
}

/** It has no faults of its own. */
async function checkSecond(scenario: Scenario, run: SimulatedRun): Promise<string[]> {
  const { signal: _signal, timeout: _timeout, ...rest } = scenario;
  const undisturbed = { ...rest, disk: {}, logRequired: false };
  return [
    ...checkPrinted(undisturbed, run),
    ...(await checkLog(undisturbed, run)),
    ...checkSecrets(undisturbed, run),
    ...checkLimits(undisturbed, run),
  ];
}

async function checkRun(scenario: Scenario, run: SimulatedRun): Promise<string[]> {
  const problems =
    run.refusal === undefined
      ? [
          ...checkPrinted(scenario, run),
          ...(await checkLog(scenario, run)),
          ...checkCalls(run),
          ...checkSecrets(scenario, run),
          ...checkLimits(scenario, run),
        ]
      : checkRefusal(scenario, run);
  return problems.map((problem) => `${run.observer}: ${problem}`);
}

/** Only a log that cannot be created stops a valid workflow before it runs. */
function checkRefusal({ disk }: Scenario, { refusal, paid, leftovers }: SimulatedRun): string[] {
  const isExpected = refusal?.code === 'LOG_UNWRITABLE' && disk.create !== undefined;
  return [
    ...(isExpected ? [] : [`nothing ran: ${describeError(refusal)}`]),
    ...(paid.length === 0 ? [] : ['a request was sent although nothing ran']),
    ...leftovers,
  ];
}
