// Records the planning of every sentence: production code against the test provider, which returns scripted answers.
// A fixed clock and fixed ids make the log reproducible.
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogHost } from '../../src/log/write/log-host.ts';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { startProvider } from '../../test/support/provider/provider.ts';
import type { NamedCase } from './case-schema.ts';
import { planCase } from './plan-case.ts';
import { scriptedRules } from './scripted-answers.ts';

export const RECORDED_MODEL = 'anthropic/claude-sonnet-4-5';

/** One log of one run for each sentence, in their order. */
export async function record(cases: readonly NamedCase[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-planner-record-'));
  try {
    const logs: string[] = [];
    for (const [index, one] of cases.entries())
      logs.push(await recordOne(one, index, join(folder, one.name)));
    return logs.join('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recordOne(one: NamedCase, index: number, path: string): Promise<string> {
  const provider = await startProvider({ rules: scriptedRules(one) });
  try {
    const host = sameHost(index);
    const redactor = createRedactor({ env: { ...provider.env, ...one.world.env } });
    const log = openNdjsonLog(path, { level: 'trace', host, redactor });
    const models = createProviderClient({ env: provider.env });
    await planCase(one, { model: RECORDED_MODEL, models, log, host });
    log.close();
    return readFileSync(path, 'utf8');
  } finally {
    await provider.stop();
  }
}

/** Every look at the clock finds it a quarter of a millisecond later. */
function sameHost(index: number): LogHost {
  let looks = 0;
  return {
    now: () => Date.UTC(2026, 10, 24, 9, index),
    monotonic: () => (looks += 0.25),
    randomBytes: (count) => new Uint8Array(count).fill(index + 1),
  };
}
