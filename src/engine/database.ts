// Finds and opens the database of runs. Its failures become errors that name it.
import type { Pool } from 'pg';
import { PflowError } from '../errors.ts';
import { loadPg } from './packages.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const DATABASE_VARIABLE = 'PFLOW_DATABASE_URL';
/** Owns the rows of pflow in a database that others use, too. */
export const APPLICATION = 'pflow';
/** The steps of a run have the same order in every pflow with this number. */
export const PROTOCOL = 'pflow-2';
export const DBOS_SCHEMA = 'dbos';

function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//u.test(text);
}

/** Throws USAGE if no database is known. */
export function databaseUrl(given: string | undefined, env: Environment): string {
  const url = given ?? env[DATABASE_VARIABLE] ?? '';
  if (isDatabaseUrl(url)) return url;
  if (url !== '') {
    const source = given === undefined ? DATABASE_VARIABLE : '--database';
    throw new PflowError('USAGE', `${source} is not the address of a PostgreSQL database`, {
      hint: 'It looks like postgres://user:password@host:5432/name.',
    });
  }
  throw new PflowError('USAGE', 'no database is known', {
    hint: `Give --database postgres://user@host:5432/name, or set ${DATABASE_VARIABLE}.`,
  });
}

/** The address without its password, for messages. */
function shownUrl(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `postgres://${host === '' ? (searchParams.get('host') ?? '') : host}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}

/** Throws ENGINE_MISSING, DATABASE_UNAVAILABLE. */
export async function openPool(url: string, max = 2): Promise<Pool> {
  const { Pool: PoolClass } = await loadPg();
  const pool = new PoolClass({ connectionString: url, max, connectionTimeoutMillis: 10_000 });
  // A lost connection fails the query that uses it, and is opened again otherwise.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  try {
    await pool.query('SELECT 1');
    return pool;
  } catch (error) {
    await pool.end();
    throw unavailableError(url, error);
  }
}

export function unavailableError(url: string, error: unknown): PflowError {
  return new PflowError(
    'DATABASE_UNAVAILABLE',
    `the database ${shownUrl(url)} cannot be used: ${reasonOf(error)}`,
    {
      hint: `Check the address and that the server is running: psql "$${DATABASE_VARIABLE}".`,
      cause: error,
    },
  );
}

/** An AggregateError of several addresses has an empty message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

/** Connections that ended, full disks, and servers that start or stop: another attempt can help. */
const TEMPORARY = /^(?:08|53|57P0)|^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/u;

export function isTemporary(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isTemporary);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (
    TEMPORARY.test(String(code)) ||
    /Connection terminated|connection timeout|not queryable|Client was closed/u.test(String(message))
  );
}

const PAUSE_MS = 250;

/** Repeats a query for as long as the database is away. */
export async function outlastOutage<T>(query: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await query();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
