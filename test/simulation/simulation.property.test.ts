// Random workflows against random servers and surroundings: what the documents promise holds for each of them.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkScenario } from './check-scenario.ts';
import { createScenario } from './scenario.ts';

const SEEDS = 300;
/** Several at once, since a scenario mostly waits for processes and sockets. */
const GROUPS = 30;

const failedBefore = JSON.parse(
  readFileSync(new URL('./seeds.json', import.meta.url), 'utf8'),
) as readonly number[];

describe.concurrent('a simulated run keeps every promise', () => {
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
});

test.each(failedBefore)('seed %i, which failed once, passes', async (seed) => {
  expect(await checkScenario(createScenario(seed))).toEqual([]);
});
