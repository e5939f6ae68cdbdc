// `npm run simulate -- --seeds N [--seed S]`: runs N random scenarios from seed S on (default: 10,000 from 1) and
// prints the smallest scenario of each failure. A failing seed belongs in test/simulation/seeds.json.
import { parseArgs } from 'node:util';
import { simulate } from '../test/simulation/simulate.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const [count, first] = [Number(values.seeds), Number(values.seed)];
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(first) || count < 1) {
  console.error('usage: npm run simulate -- --seeds N [--seed S]');
  process.exit(2);
}

const startedAt = performance.now();
const failures = await simulate({
  seeds: Array.from({ length: count }, (_, index) => first + index),
  onFailure({ seed, violations, smallest, remaining }) {
    console.log(`seed ${String(seed)} fails:`);
    for (const violation of violations) console.log(`  ${violation}`);
    console.log(`smallest scenario that still fails:\n${JSON.stringify(smallest, undefined, 2)}`);
    for (const violation of remaining) console.log(`  ${violation}`);
  },
});
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`${String(count)} seeds from ${String(first)} in ${seconds} s: ${String(failures)} failed`);
process.exitCode = failures === 0 ? 0 : 1;
