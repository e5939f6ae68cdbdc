// Writes `fixtures/logs/v1` and `fixtures/golden`: every fixture run, recorded again by production code against the
// test provider, and the results of all projections.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES, FIXTURE_RUNS } from '../test/support/fixture-runs.ts';
import { goldenResults } from '../test/support/golden-results.ts';
import { recordFixture } from '../test/support/record-fixture.ts';

for (const fixture of FIXTURE_RUNS) {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-fixture-'));
  const log = join(FIXTURES, 'logs/v1', `${fixture.name}.ndjson`);
  const golden = join(FIXTURES, 'golden', fixture.name);
  rmSync(log, { force: true });
  rmSync(golden, { recursive: true, force: true });
  mkdirSync(golden, { recursive: true });
  const outcome = await recordFixture(fixture, folder, log);
  for (const [name, text] of await goldenResults(log)) writeFileSync(join(golden, `${name}.json`), text);
  rmSync(folder, { recursive: true, force: true });
  console.log(`${fixture.name}: ${outcome.status}`);
}
