// Finds the database of runs. Its failures become errors that name it.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { homeFolder } from '../home/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const DATABASE_VARIABLE = 'PFLOW_DATABASE_URL';
/** Owns the rows of pflow in a database that others use, too. */
export const APPLICATION = 'pflow';
/** The steps of a run have the same order in every pflow with this number. */
export const PROTOCOL = 'pflow-2';
export const DBOS_SCHEMA = 'dbos';

export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//u.test(text);
}

/** The database on the server of `pflow worker --dev`. */
export const DEV_DATABASE = 'pflow';
const DEV_FOLDER = join('dev-database', 'data');

/** Where the server of `pflow worker --dev` has its data and its socket. */
export function devDataFolder(env: Environment): string {
  return resolve(homeFolder(env), DEV_FOLDER);
}

/** Known before the server runs. DBOS takes the folder of a socket only as a host. */
export function devUrl(env: Environment, database = DEV_DATABASE): string {
  return `postgres://pflow@${encodeURIComponent(devDataFolder(env))}:5432/${database}`;
}

function isDevUrl(url: string): boolean {
  return url.endsWith(`${encodeURIComponent(`/${DEV_FOLDER}`)}:5432/${DEV_DATABASE}`);
}

/** Throws USAGE if another database than that of `--dev` is named: other commands would not find this one. */
export function refuseOtherDatabase(given: string | undefined, env: Environment): void {
  const url = given ?? env[DATABASE_VARIABLE] ?? '';
  if (url === '' || url === devUrl(env)) return;
  const source = given === undefined ? DATABASE_VARIABLE : '--database';
  throw new PflowError('USAGE', `--dev starts a database, and ${source} names another one`, {
    hint: given === undefined ? `Unset ${DATABASE_VARIABLE}, or leave out --dev.` : 'Leave out one of them.',
  });
}

/** The named database, else that of `pflow worker --dev`. Throws USAGE if neither is there. */
export function databaseUrl(given: string | undefined, env: Environment): string {
  const url = given ?? env[DATABASE_VARIABLE] ?? '';
  if (isDatabaseUrl(url)) return url;
  if (url === '' && existsSync(devDataFolder(env))) return devUrl(env);
  if (url !== '') {
    const source = given === undefined ? DATABASE_VARIABLE : '--database';
    throw new PflowError('USAGE', `${source} is not the address of a PostgreSQL database`, {
      hint: 'It looks like postgres://user:password@host:5432/name.',
    });
  }
  throw new PflowError('USAGE', 'no database is known', {
    hint:
      `Give --database postgres://user@host:5432/name, set ${DATABASE_VARIABLE}, ` +
      'or start one for development: pflow worker --dev.',
  });
}

/** The address without user and password, for messages. */
export function shownUrl(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `postgres://${host === '' ? (searchParams.get('host') ?? '') : host}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}

export function unavailableError(url: string, error: unknown): PflowError {
  if (isDevUrl(url) && isTemporary(error)) {
    return new PflowError('DATABASE_UNAVAILABLE', 'the development database is not running', {
      hint: `Start it with pflow worker --dev, or set ${DATABASE_VARIABLE} to use another one.`,
      cause: error,
    });
  }
  return new PflowError(
    'DATABASE_UNAVAILABLE',
    `the database ${shownUrl(url)} cannot be used: ${reasonOf(error)}`,
    {
      hint: reasonOf(error).includes('password must be')
        ? 'The server needs a password: postgres://user:password@host:5432/name, or PGPASSWORD.'
        : 'Check the address, the user and the password, and that the server is running: psql ADDRESS.',
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
export async function outlastOutage<T>(
  query: () => Promise<T>,
  keepsTrying: () => boolean = () => true,
): Promise<T> {
  for (;;) {
    try {
      return await query();
    } catch (error) {
      if (!isTemporary(error) || !keepsTrying()) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
