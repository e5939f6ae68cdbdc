// Sums the Parquet tables of the recorded runs with ClickHouse, which it downloads. Fails if the totals differ.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cost } from '../projections/cost/schema.ts';
import { exportRuns } from '../src/cli/export/export-runs.ts';
import { openTerminal } from '../src/cli/terminal/terminal.ts';
import { replayLogs } from '../src/replay/replay-logs.ts';

const LOGS = 'fixtures/logs/v1';
const CLICKHOUSE = 'chdb@3.4.0';

interface Engine {
  readonly query: (sql: string, format: string) => string;
}

const folder = mkdtempSync(join(tmpdir(), 'pflow-clickhouse-'));
try {
  const tables = join(folder, 'tables');
  await exportRuns([LOGS], () => [LOGS], { to: 'parquet', output: tables }, openTerminal(false));
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', CLICKHOUSE], {
    stdio: 'inherit',
  });
  const { query } = createRequire(join(folder, 'x.js'))('chdb') as Engine;
  const sql = `SELECT toString(sum(cost_usd)) FROM file('${tables}/calls/*/*.parquet')`;
  const found = query(sql, 'TSV').trim();
  const { total_cost_usd } = (await replayLogs(LOGS, ['cost'])).results['cost'] as Cost;
  process.stdout.write(`ClickHouse ${found}, pflow ${total_cost_usd}\n`);
  if (found !== total_cost_usd) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
