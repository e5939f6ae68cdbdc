// Opens connections to the database. Those of a worker outlast outages: what it holds is not lost.
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { outlastOutage, unavailableError } from './database.ts';
import { loadPg } from './packages.ts';

/** Throws ENGINE_MISSING, DATABASE_UNAVAILABLE. */
export async function openPool(url: string, max = 2): Promise<Pool> {
  const { Pool: PoolClass } = await loadPg();
  const pool = prepare(new PoolClass(connectionOf(url, max)));
  pool.on('connect', (client) => {
    // The query that needs the connection reports what is wrong with it.
    client.query(SESSION).catch(() => undefined);
  });
  try {
    await pool.query('SELECT 1');
    return pool;
  } catch (error) {
    await pool.end();
    throw unavailableError(url, error);
  }
}

interface LastingPoolOptions {
  /** Connections at once. */
  readonly max: number;
  /** False: a connection that fails is reported. */
  readonly keepsTrying: () => boolean;
}

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (error?: unknown) => void,
) => void;

/**
 * Opens connections for what DBOS does in a worker. With its own, a missing socket of the server fails a step, and
 * the result of the step is lost. Throws ENGINE_MISSING.
 */
export async function openLastingPool(url: string, { max, keepsTrying }: LastingPoolOptions): Promise<Pool> {
  const { Pool: PoolClass } = await loadPg();
  class LastingPool extends PoolClass {
    override connect(): Promise<PoolClient>;
    override connect(callback: ConnectCallback): void;
    override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
      const connected = outlastOutage(() => super.connect(), keepsTrying);
      if (callback === undefined) return connected;
      connected.then(
        (client) => {
          callback(undefined, client, (error) => {
            client.release(error as Error | undefined);
          });
        },
        (error: unknown) => {
          callback(error as Error, undefined, () => undefined);
        },
      );
      return undefined;
    }
  }
  return prepare(new LastingPool({ ...connectionOf(url, max), verify: verifyWritable }));
}

function connectionOf(url: string, max: number): PoolConfig {
  return { connectionString: url, max, connectionTimeoutMillis: 10_000 };
}

/** A lost connection fails the query that uses it, and is opened again otherwise. */
function prepare(pool: Pool): Pool {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', markLost);
  });
  return pool;
}

/** DBOS repeats what fails with a code that it knows. Queries see the error after this. */
function markLost(error: Error & { code?: unknown }): void {
  // Errors of the server have a severity, and codes that DBOS knows.
  if (!('severity' in error)) error.code = 'ECONNRESET';
}

/**
 * Turns on what a crash must not undo. A claim that is lost is a call that is made twice. A limit for statements, which
 * a role or a database may have, would lose what a step has done. A connection that is idle in a transaction holds its
 * locks.
 */
const SESSION = `
  SELECT current_setting('transaction_read_only') AS read_only,
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END,
    set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
    set_config('idle_in_transaction_session_timeout', '60000', false)`;

/** After a failover the address may lead to a server that is still read-only. */
function verifyWritable(client: PoolClient, done: (error?: Error) => void): void {
  client.query<{ read_only: string }>(SESSION).then(
    ({ rows: [row] }) => {
      done(row?.read_only === 'on' ? readOnlyError() : undefined);
    },
    (error: unknown) => {
      done(error as Error);
    },
  );
}

/** With the code of a server that does not accept connections yet. */
function readOnlyError(): Error {
  return Object.assign(new Error('the database is read-only'), { code: '57P03' });
}
