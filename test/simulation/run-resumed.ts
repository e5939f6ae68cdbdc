// Resumes a simulated run from its log: from the whole log, or from the part of it that a kill left behind.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PflowError } from '../../src/errors.ts';
import { prepareResume } from '../../src/run/resume/prepare-resume.ts';
import { Random } from './random.ts';
import { inFolder, runIn, type SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

export interface ResumedPair {
  readonly first: SimulatedRun;
  /** Bytes of the log of the first run that were there when it was resumed. */
  readonly kept: Buffer;
  /** Absent when resuming was refused. */
  readonly second?: SimulatedRun;
  readonly refusal?: PflowError;
  /** Whether an input was given again: nodes that use it are compared, and may run again. */
  readonly isGivenAgain: boolean;
}

const NEWLINE = 10;

/** Returns undefined for a run that left nothing to resume. */
export function runResumed(scenario: Scenario): Promise<ResumedPair | undefined> {
  const random = new Random(scenario.seed);
  return inFolder(scenario, async (place) => {
    // A clock that jumped would make the writer of a log without an end look alive.
    const before: Scenario = { ...scenario, clockJump: { at: 0, by: 0 } };
    const first = await runIn(place, before, 'log-trace');
    const kept = keepPart(first, random);
    const run = first.events[0]?.run;
    if (kept.indexOf(NEWLINE) < 0 || run === undefined) return undefined;
    const path = join(place.folder, 'logs/first.ndjson');
    mkdirSync(join(place.folder, 'logs'));
    writeFileSync(path, kept);
    const { env } = place.surroundings;
    const hasSecret = scenario.workflow.inputs?.['secret'] !== undefined;
    const given = hasSecret ? { secret: scenario.inputs['secret'] } : {};
    const resume = { named: path, given, cwd: place.folder, env, nodes: [] };
    const pair = { first, kept, isGivenAgain: hasSecret };
    try {
      const second = await runIn(place, laterScenario(scenario), 'log-trace', {
        prepare: async (flags) => {
          const confirm = (): Promise<boolean> => Promise.resolve(true);
          return (await prepareResume({ path, run }, { ...flags, ...resume, confirm })).request;
        },
      });
      return { ...pair, second };
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      return { ...pair, refusal: error };
    }
  });
}

/** A run that succeeded is resumed from a part of its log only. */
function keepPart({ disk: { bytes }, outcome }: SimulatedRun, random: Random): Buffer {
  if (outcome?.status !== 'success' && random.chance(0.5)) return bytes;
  const first = bytes.indexOf(NEWLINE) + 1;
  return bytes.subarray(0, random.integer(Math.min(first, bytes.length), bytes.length - 1));
}

/** Has no faults, another run id, and every approval. */
function laterScenario({ signal: _signal, timeout: _timeout, ...scenario }: Scenario): Scenario {
  const approve = scenario.workflow.nodes.map(({ id }) => id);
  return { ...scenario, seed: scenario.seed + 1_000_003, disk: {}, logRequired: false, approve };
}
