// Random workflows against random servers and surroundings: what the documents promise holds for each of them.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkScenario } from './check-scenario.ts';
import { loadEverything } from './load-everything.ts';
import { runUndisturbed } from './run-process.ts';
import { createScenario } from './scenario.ts';
import { checkProcesses } from './simulate.ts';

const SEEDS = 300;
const GROUPS = 10;

const failedBefore = JSON.parse(
  readFileSync(new URL('./seeds.json', import.meta.url), 'utf8'),
) as readonly number[];

beforeAll(() => loadEverything());

describe('a simulated run keeps every promise', () => {
  test.each(Array.from({ length: GROUPS }, (_, group) => group))(
    'in group %i of the seeds',
    async (group) => {
      for (let seed = group + 1; seed <= SEEDS; seed += GROUPS) {
        expect({ seed, violations: await checkScenario(createScenario(seed)) }).toEqual({
          seed,
          violations: [],
        });
      }
    },
  );

  test.each(failedBefore)('with seed %i, which failed once', async (seed) => {
    expect(await checkScenario(createScenario(seed))).toEqual([]);
  });
});

test('a process of its own does what the run in this process does', async () => {
  const seeds = [100, 200, 300];
  const here = new Map<number, Awaited<ReturnType<typeof runUndisturbed>>>();
  for (const seed of seeds) here.set(seed, await runUndisturbed(createScenario(seed)));
  expect([...(await checkProcesses(here))]).toEqual([]);
});
