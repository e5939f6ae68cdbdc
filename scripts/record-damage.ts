// Writes `fixtures/logs/damaged`: logs of production code, each damaged in one way, and the outcome of each.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayDamagedLog } from '../test/support/damage-outcome.ts';
import { DAMAGED_LOGS } from '../test/support/damaged-logs.ts';
import { FIXTURES } from '../test/support/fixture-runs.ts';

const folder = join(FIXTURES, 'logs/damaged');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const outcomes: Record<string, unknown> = {};
for (const [name, bytes] of Object.entries(DAMAGED_LOGS)) {
  const path = join(folder, name);
  writeFileSync(path, bytes());
  outcomes[name] = await replayDamagedLog(path, name);
}
writeFileSync(join(folder, 'outcomes.json'), `${JSON.stringify(outcomes, undefined, 2)}\n`);
console.log(`${String(Object.keys(outcomes).length)} damaged logs`);
