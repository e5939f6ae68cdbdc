// The benchmark with live model calls, here to a provider on the loopback interface: its cost is computed from its log,
// and its plans run only on request.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PLANNER_BENCH, readCases } from '../../bench/planner/read-cases.ts';
import { scriptedRules } from '../../bench/planner/scripted-answers.ts';
import type { CaseScore } from '../../bench/planner/score-case.ts';
import type { Totals } from '../../bench/planner/totals.ts';
import { testProvider } from '../support/workbench.ts';
import { ROOT, runCli, temporaryFolder } from '../support/cli.ts';

const MODEL = 'openai/gpt-4o-mini';

interface Report {
  readonly sentences: readonly CaseScore[];
  readonly totals: Totals;
}

async function bench(env: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Report> {
  const args = ['--import', 'tsx', join(PLANNER_BENCH, 'main.ts'), '--json', ...flags];
  const { PATH = '' } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env: { PATH, ...env } });
  return JSON.parse(stdout) as Report;
}

test('calls the model, keeps the logs, and computes the cost from them', async () => {
  const one = readCases().find(({ name }) => name.includes('clean-csv'))!;
  const provider = await testProvider({ rules: scriptedRules(one) });
  const page = readFileSync(join(PLANNER_BENCH, 'README.md'));
  const logs = temporaryFolder();
  const flags = ['--model', MODEL, '--only', 'clean-csv', '--logs', logs];
  const { sentences, totals } = await bench(provider.env, ...flags);
  expect(sentences).toMatchObject([
    {
      name: one.name,
      outcome: true,
      valid: true,
      rounds: 2,
      executes: null,
      success: true,
      calls: 7,
      reasons: [],
    },
  ]);
  expect(provider.requests).toHaveLength(7);
  expect(readdirSync(logs)).toEqual([`${one.name}.ndjson`]);
  const replayed = await runCli(['replay', logs, '--project', 'cost']);
  const { total_cost_usd } = JSON.parse(replayed.stdout) as { readonly total_cost_usd: string };
  expect([totals.cost, Number(total_cost_usd) > 0]).toEqual([total_cost_usd, true]);
  expect(readFileSync(join(PLANNER_BENCH, 'README.md'))).toEqual(page);
});

test('runs the plans with --execute', async () => {
  const one = readCases().find(({ name }) => name.includes('two-outputs'))!;
  const provider = await testProvider({ rules: scriptedRules(one) });
  const flags = ['--model', MODEL, '--only', 'two-outputs', '--logs', temporaryFolder(), '--execute'];
  expect((await bench(provider.env, ...flags)).sentences).toMatchObject([
    { outcome: true, executes: false, success: false, reasons: ['outputs are [5] and not [2,5]'] },
  ]);
});
