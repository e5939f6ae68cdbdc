// Measures the export of a million events as Parquet. Its base is `pflow spend` over them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Figure } from './figures.ts';
import { pair, processMilliseconds } from './measure.ts';
import { generateLog, requireRoom } from './reading/generate.ts';

const PROGRAM = 'dist/bin/pflow.js';
const EVENTS = 1_000_000;
const ROUNDS = 3;
const MOST = 3;
/** Decimals of an amount in a table. */
const SCALE = 18;

export async function tableFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    requireRoom(folder, EVENTS);
    const { path } = await generateLog(join(folder, 'one.ndjson'), EVENTS);
    const tables = join(folder, 'tables');
    const { ratio, base, ours } = await pair(
      ROUNDS,
      () => processMilliseconds([PROGRAM, 'spend', path, '--no-cache']),
      () => {
        rmSync(tables, { recursive: true, force: true });
        return processMilliseconds([PROGRAM, 'export', '--to', 'parquet', path, '-o', tables]);
      },
    );
    await requireSameTotal(path, tables);
    return [
      {
        what: `Parquet tables of one log of ${String(EVENTS)} events over \`pflow spend\` over it; DuckDB finds its total in them`,
        target: `≤ ${String(MOST)}×`,
        measured: `${ratio.toFixed(2)}× (${(ours / 1000).toFixed(2)} s over ${(base / 1000).toFixed(2)} s)`,
        reached: ratio <= MOST,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function requireSameTotal(path: string, tables: string): Promise<void> {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, 'spend', path, '--no-cache', '--json']);
  const { total_cost_usd: ours } = JSON.parse(stdout.toString()) as { readonly total_cost_usd: string };
  const connection = await (await DuckDBInstance.create()).connect();
  const sql = `SELECT CAST(sum(cost_usd) AS VARCHAR) FROM '${tables}/calls/*/*.parquet'`;
  const [[theirs = null] = []] = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  const [whole = '', fraction = ''] = ours.split('.');
  const expected = `${whole}.${fraction.padEnd(SCALE, '0')}`;
  if (theirs !== expected) throw new Error(`pflow spent ${expected}, DuckDB finds ${JSON.stringify(theirs)}`);
}
