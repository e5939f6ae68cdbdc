// Parquet tables hold what the logs hold: DuckDB sums them to the totals of `cost`, to the last digit.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Cost } from '../../../projections/cost/schema.ts';
import { exportRuns, type ExportOptions } from '../../../src/cli/export/export-runs.ts';
import { showPrices } from '../../../src/cli/prices/show-prices.ts';
import { hashHost } from '../../../src/log/write/log-host.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { replayLogs } from '../../../src/replay/replay-logs.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';
import { writeNight, type Night } from '../runs/night.ts';

const root = mkdtempSync(join(tmpdir(), 'pflow-parquet-'));
const tables = join(root, 'tables');
let night: Night;
let database: DuckDBConnection;

beforeAll(async () => {
  night = writeNight(join(root, 'runs'));
  await exported([night.folder], { to: 'parquet', output: tables });
  database = await (await DuckDBInstance.create()).connect();
});

afterAll(() => {
  database.closeSync();
  rmSync(root, { recursive: true });
});

async function exported(runs: readonly string[], options: ExportOptions): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns(runs, () => [night.folder], options, terminal);
  return terminal.printed.err;
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const result = await database.runAndReadAll(sql.replaceAll('TABLES', tables));
  return result.getRowObjectsJson();
}

const decimal = (text: unknown): string => String(text).replace(/\.?0+$/u, '');

async function costOf(path: string): Promise<Cost> {
  return (await replayLogs(path, ['cost'])).results['cost'] as Cost;
}

test('a table of prices gives the cost of each call in SQL', async () => {
  const prices = join(root, 'prices.parquet');
  const terminal = recordingTerminal();
  await showPrices(undefined, { format: 'parquet', output: prices, pricing: [] }, terminal);
  const [{ rows = '' } = {}] = await query(`SELECT count(*) AS rows FROM '${prices}'`);
  expect(terminal.printed.err.replaceAll(',', '')).toBe(`${prices}: ${String(rows)} rows\n`);
  const recalculated = await query(`
    SELECT count(*) AS calls, bool_and(cost_usd = (
      (c.input * p.input + c.cache_read * coalesce(p.cache_read, p.input)
        + c.cache_write_5m * coalesce(p.cache_write_5m, p.input)
        + c.cache_write_1h * coalesce(p.cache_write_1h, p.input) + c.output * p.output) / 1000000)) AS same
    FROM 'TABLES/calls/*/*.parquet' AS c JOIN '${prices}' AS p ON p.model = c.model
    WHERE p.in_force AND p.tier IS NULL AND p.service_tier IS NULL AND c.exact`);
  expect(recalculated).toEqual([{ calls: '35', same: true }]);
  await expect(
    showPrices('o3', { format: 'parquet', output: prices, pricing: [] }, terminal),
  ).rejects.toThrow('--format writes all prices');
  await expect(showPrices(undefined, { format: 'parquet', pricing: [] }, terminal)).rejects.toThrow(
    'needs -o',
  );
});

test('calls and runs sum to the total of the cost, in all and by model', async () => {
  const cost = await costOf(night.folder);
  const [calls] = await query("SELECT sum(cost_usd)::VARCHAR AS usd FROM 'TABLES/calls/*/*.parquet'");
  const [runs] = await query("SELECT sum(cost_usd)::VARCHAR AS usd FROM 'TABLES/runs/*/*.parquet'");
  expect([decimal(calls?.['usd']), decimal(runs?.['usd'])]).toEqual([
    cost.total_cost_usd,
    cost.total_cost_usd,
  ]);
  const models = await query(
    "SELECT model, sum(cost_usd)::VARCHAR AS usd, sum(input + cache_read + cache_write_5m + cache_write_1h)::INT AS input FROM 'TABLES/calls/*/*.parquet' GROUP BY model ORDER BY model",
  );
  const expected = cost.by_model
    .map(({ model, cost_usd, tokens_input }) => [model, cost_usd, tokens_input])
    .sort();
  expect(models.map(({ model, usd, input }) => [model, decimal(usd), input])).toEqual(expected);
});

test('the tables in CSV have the same rows and the same amounts', async () => {
  const csv = join(root, 'csv');
  await exported([night.folder], { to: 'csv', output: csv });
  const sums = (from: string): string =>
    `SELECT count(*)::INT AS rows, sum(cost_usd::DECIMAL(38,18))::VARCHAR AS usd FROM ${from}`;
  for (const table of ['runs', 'calls']) {
    expect(await query(sums(`read_csv('${join(csv, table)}.csv', all_varchar = true)`))).toEqual(
      await query(sums(`'TABLES/${table}/*/*.parquet'`)),
    );
  }
});

test('columns have types that other engines understand', async () => {
  const described = await query("DESCRIBE SELECT * FROM read_parquet('TABLES/calls/*/*.parquet')");
  const types = Object.fromEntries(
    described.map(({ column_name, column_type }) => [String(column_name), column_type]),
  );
  expect(types).toMatchObject({
    ...{ run: 'VARCHAR', seq: 'BIGINT', called_at: 'TIMESTAMP WITH TIME ZONE', exact: 'BOOLEAN' },
    ...{ input: 'BIGINT', cost_usd: 'DECIMAL(38,18)', reported_cost_usd: 'DECIMAL(38,18)', day: 'DATE' },
  });
  const [days] = await query("SELECT count(DISTINCT day)::INT AS days FROM 'TABLES/runs/*/*.parquet'");
  expect(days).toEqual({ days: 1 });
});

test('a node has its attempts, and one that was cut is interrupted', async () => {
  const failed = await query(
    `SELECT node, attempts::INT AS attempts, status, error_code FROM 'TABLES/nodes/*/*.parquet' WHERE run = '${night.failed}' AND status <> 'completed'`,
  );
  expect(failed).toEqual([{ node: 'post', attempts: 3, status: 'failed', error_code: 'Error' }]);
  const [cut] = await query(
    "SELECT count(*)::INT AS nodes FROM 'TABLES/nodes/*/*.parquet' WHERE status = 'interrupted'",
  );
  expect(cut?.['nodes']).toBeGreaterThan(0);
});

describe('a second export', () => {
  it('replaces a run without an end by the run with its end', async () => {
    const folder = join(root, 'ended-later');
    const log = join(root, 'copied.ndjson');
    const whole = new RunBuilder(runId(9))
      .started()
      .workflow(['ask'], (inside) => inside.node('ask', { ms: 1 }, (node) => node.call()))
      .ended('success');
    const lines = whole.events.map(encodeLine);
    writeFileSync(log, Buffer.concat(lines.slice(0, 3)));
    await exported([log], { to: 'parquet', output: folder });
    const all = `SELECT status, calls::INT AS calls FROM '${folder}/runs/*/*.parquet'`;
    expect(await query(all)).toEqual([{ status: 'incomplete', calls: 0 }]);
    writeFileSync(log, Buffer.concat(lines));
    await exported([log], { to: 'parquet', output: folder });
    expect(await query(all)).toEqual([{ status: 'success', calls: 1 }]);
    expect(await query(`SELECT count(*)::INT AS calls FROM '${folder}/calls/*/*.parquet'`)).toEqual([
      { calls: 1 },
    ]);
  });

  it('waits for no other export, and takes over from one that is gone', async () => {
    const folder = join(root, 'locked');
    await exported([night.failed], { to: 'parquet', output: folder });
    const lock = join(folder, '.pflow-export');
    const held = { pid: process.pid, host: hashHost(), started_at: new Date().toISOString() };
    writeFileSync(lock, JSON.stringify(held));
    await expect(exported([], { to: 'parquet', output: folder })).rejects.toMatchObject({
      code: 'EXPORT_FAILED',
    });
    writeFileSync(lock, '{"pid":');
    await expect(exported([], { to: 'parquet', output: folder })).rejects.toMatchObject({
      code: 'EXPORT_FAILED',
      hint: `Wait until it ends. If no export is running, remove ${lock}.`,
    });
    writeFileSync(lock, JSON.stringify({ ...held, pid: 2 ** 22 + 1 }));
    expect(await exported([], { to: 'parquet', output: folder })).toContain('1 run there before');
    expect(existsSync(lock)).toBe(false);
  });

  it('counts a run once, however often it is named', async () => {
    const folder = join(root, 'twice');
    expect(await exported([night.failed, night.failed], { to: 'parquet', output: folder })).toBe(
      `added 1 run to ${folder}\n`,
    );
  });

  it('adds new runs only', async () => {
    const folder = join(root, 'again');
    const [first] = readdirSync(night.folder).filter((name) => name.endsWith('.ndjson'));
    expect(await exported([join(night.folder, String(first))], { to: 'parquet', output: folder })).toBe(
      `added 1 run to ${folder}\n`,
    );
    expect(await exported([night.folder], { to: 'parquet', output: folder })).toMatch(
      /added \d+ runs to .*; 1 run there before/u,
    );
    const [all] = await query(
      `SELECT count(*)::INT AS rows, count(DISTINCT run)::INT AS runs FROM '${folder}/runs/*/*.parquet'`,
    );
    expect(all?.['rows']).toBe(all?.['runs']);
  });

  it('replaces the parts of an export that was killed', async () => {
    const folder = join(root, 'killed');
    await exported([night.folder], { to: 'parquet', output: folder });
    rmSync(join(folder, 'runs'), { recursive: true });
    await exported([night.folder], { to: 'parquet', output: folder });
    const [calls] = await query(
      `SELECT count(*)::INT AS rows, count(DISTINCT run || seq)::INT AS calls FROM '${folder}/calls/*/*.parquet'`,
    );
    expect(calls?.['rows']).toBe(calls?.['calls']);
  });

  it('names a damaged part', async () => {
    const folder = join(root, 'damaged');
    await exported([night.failed], { to: 'parquet', output: folder });
    const [day] = readdirSync(join(folder, 'runs'));
    const [part] = readdirSync(join(folder, 'runs', String(day)));
    const path = join(folder, 'runs', String(day), String(part));
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    await expect(exported([], { to: 'parquet', output: folder })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

test('amounts and counts keep their digits', async () => {
  const log = join(root, 'digits.ndjson');
  const run = new RunBuilder(runId(7))
    .started({ workflow: { name: 'digits', hash: 'f00d' } })
    .workflow(['ask'], (inside) =>
      inside.node('ask', { ms: 1 }, (node) =>
        node.call({
          model: 'anthropic/claude-sonnet-4-0',
          usage: { input_tokens: 900_719_925_474_099, output_tokens: 1, cache_read_input_tokens: 3 },
        }),
      ),
    )
    .ended('success');
  writeFileSync(log, Buffer.concat(run.events.map(encodeLine)));
  const folder = join(root, 'digits');
  await exported([log], { to: 'parquet', output: folder });
  const [call] = await query(
    `SELECT input::VARCHAR AS input, cost_usd::VARCHAR AS usd FROM '${folder}/calls/*/*.parquet'`,
  );
  expect([call?.['input'], decimal(call?.['usd'])]).toEqual([
    '900719925474099',
    (await costOf(log)).total_cost_usd,
  ]);
});

test('a call without an end has a row, which is not exact', async () => {
  const log = join(root, 'killed.ndjson');
  const run = new RunBuilder(runId(8)).started({ level: 'metrics' }).workflow(
    ['ask'],
    (inside) => {
      inside.node('ask', { hangs: true }, () => {
        inside.call({ sent: true }).call({ model: 'openai/gpt-4o-mini', sent: true, hangs: true });
      });
    },
    null,
  );
  writeFileSync(log, Buffer.concat(run.events.map(encodeLine)));
  const folder = join(root, 'killed-run');
  await exported([log], { to: 'parquet', output: folder });
  expect(
    await query(`SELECT model, state, exact, cost_usd FROM '${folder}/calls/*/*.parquet' WHERE NOT exact`),
  ).toEqual([{ model: 'openai/gpt-4o-mini', state: 'unmetered', exact: false, cost_usd: null }]);
});

test('a call that was only prompted has no row in a run that records what was sent', async () => {
  const log = join(root, 'prompted.ndjson');
  const run = new RunBuilder(runId(9)).started({ level: 'trace' }).workflow(
    ['ask'],
    (inside) => {
      inside.node('ask', { hangs: true }, () => {
        inside.call({ prompt: 'Why?', sent: true }).call({ prompt: 'Why?', hangs: true });
      });
    },
    null,
  );
  writeFileSync(log, Buffer.concat(run.events.map(encodeLine)));
  const folder = join(root, 'prompted-run');
  await exported([log], { to: 'parquet', output: folder });
  expect(await query(`SELECT state, exact FROM '${folder}/calls/*/*.parquet'`)).toEqual([
    { state: 'priced', exact: true },
  ]);
});

test('the queries of the documentation run', async () => {
  const page = readFileSync('docs/analytics.md', 'utf8');
  const queries = [...page.matchAll(/```sql\n([^`]+)```/gu)].map(([, sql = '']) => sql);
  const found: boolean[] = [];
  const prices = join(root, 'prices-of-page.parquet');
  await showPrices(undefined, { format: 'parquet', output: prices, pricing: [] }, recordingTerminal());
  for (const sql of queries) {
    const here = sql.replaceAll("'tables/", "'TABLES/").replaceAll("'prices.parquet'", `'${prices}'`);
    found.push((await query(here)).length > 0);
  }
  // Every call of that night has an exact cost.
  expect(found).toEqual([true, true, true, true, false]);
});

test('a folder is required', async () => {
  await expect(exported([], { to: 'parquet' })).rejects.toMatchObject({ code: 'USAGE' });
});
