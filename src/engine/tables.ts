// Keeps what DBOS has no place for in two tables of our own: decisions about paused runs, and the cost of batches.
import type { Pool, PoolClient } from 'pg';
import { openPool } from './connections.ts';
import { DBOS_SCHEMA, outlastOutage, unavailableError } from './database.ts';
import { migrateDbos } from './packages.ts';
import { createSilentLogger } from './silent-logger.ts';
import { approvalKey, type ApprovalAction, type DecidedAction } from './step-names.ts';

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS pflow;
  CREATE TABLE IF NOT EXISTS pflow.decisions (
    run text NOT NULL, step text NOT NULL, action text NOT NULL, decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, step));
  CREATE TABLE IF NOT EXISTS pflow.spent (
    batch text NOT NULL, run text NOT NULL, usd numeric NOT NULL, PRIMARY KEY (batch, run));`;

/** Serializes the creation of the tables: two workers may start at once. */
const CREATE_LOCK = 7_035_690_418;

/** Creates the tables of DBOS and our own. Throws ENGINE_MISSING, DATABASE_UNAVAILABLE. */
export async function openTables(url: string): Promise<Pool> {
  const pool = await openPool(url, 4);
  try {
    const client = await pool.connect();
    try {
      await lockCreation(client);
      // A role that may not create anything can use what is there.
      if (!(await hasTables(pool))) {
        await migrateDbos(url, DBOS_SCHEMA, createSilentLogger());
        await client.query(CREATE);
      }
      await client.query('SELECT pg_advisory_unlock($1)', [CREATE_LOCK]);
    } finally {
      client.release();
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw unavailableError(url, error);
  }
}

/** Opens a database without a change to it. Undefined for one without runs. Throws as `openTables`. */
export async function openExistingTables(url: string): Promise<Pool | undefined> {
  const pool = await openPool(url, 4);
  try {
    if (await hasTables(pool)) return pool;
  } catch (error) {
    await pool.end();
    throw unavailableError(url, error);
  }
  await pool.end();
  return undefined;
}

/** Repeats the query: one that waits would hold up `CREATE INDEX CONCURRENTLY` of the holder. */
async function lockCreation(client: PoolClient): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [
      CREATE_LOCK,
    ]);
    if (rows[0]?.free === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** True if a worker or a submission has used this database before. */
async function hasTables(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [
    'pflow.decisions',
  ]);
  return typeof rows[0]?.found === 'string';
}

export async function findDecision(
  pool: Pool,
  run: string,
  step: string,
): Promise<DecidedAction | undefined> {
  const { rows } = await outlastOutage(() =>
    pool.query<{ action: DecidedAction }>('SELECT action FROM pflow.decisions WHERE run = $1 AND step = $2', [
      run,
      step,
    ]),
  );
  return rows[0]?.action;
}

export interface ApprovalDecisions {
  /** Paths of nodes. */
  readonly approve: readonly string[];
  readonly deny: readonly string[];
}

/** Returns what is decided about nodes that need approval. */
export async function readApprovals(pool: Pool, run: string): Promise<ApprovalDecisions> {
  const { rows } = await outlastOutage(() =>
    pool.query<{ step: string; action: string }>('SELECT step, action FROM pflow.decisions WHERE run = $1', [
      run,
    ]),
  );
  const nodesWith = (action: ApprovalAction): readonly string[] =>
    rows.filter((row) => row.action === action).map(({ step }) => step.slice(approvalKey('').length));
  return { approve: nodesWith('approve'), deny: nodesWith('deny') };
}

/** Returns the nodes that wait for approval, by run. */
export async function findWaiting(pool: Pool, runs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ run: string; step: string }>(
    `SELECT run, step FROM pflow.decisions WHERE action = 'waiting' AND run = ANY($1)`,
    [runs],
  );
  return new Map(rows.map(({ run, step }) => [run, step.slice(approvalKey('').length)]));
}

export async function decide(
  pool: Pool,
  run: string,
  step: string,
  action: DecidedAction | ApprovalAction,
): Promise<void> {
  await outlastOutage(() => insertDecision(pool, run, step, action));
}

/** The key of why a worker could not execute a run. */
const GIVEN_UP = 'given up';

/** Keeps why a worker could not execute a run. */
export async function recordFault(pool: Pool, run: string, message: string): Promise<void> {
  // A text of PostgreSQL cannot have every character.
  await outlastOutage(() => insertDecision(pool, run, GIVEN_UP, JSON.stringify(message)));
}

/** Forgets it: the run goes on. */
export async function forgetFault(pool: Pool, run: string): Promise<void> {
  await pool.query('DELETE FROM pflow.decisions WHERE run = $1 AND step = $2', [run, GIVEN_UP]);
}

/** Returns why workers could not execute runs, by run. */
export async function findFaults(pool: Pool, runs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ run: string; action: string }>(
    'SELECT run, action FROM pflow.decisions WHERE step = $1 AND run = ANY($2)',
    [GIVEN_UP, runs],
  );
  return new Map(rows.map(({ run, action }) => [run, JSON.parse(action) as string]));
}

async function insertDecision(pool: Pool, ...values: readonly string[]): Promise<void> {
  await pool.query(
    `INSERT INTO pflow.decisions (run, step, action) VALUES ($1, $2, $3)
     ON CONFLICT (run, step) DO UPDATE SET action = excluded.action, decided_at = now()`,
    [...values],
  );
}
