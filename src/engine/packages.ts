// Loads two optional packages where they are needed: DBOS and the client of PostgreSQL.
import type * as dbos from '@dbos-inc/dbos-sdk';
import type { DLogger } from '@dbos-inc/dbos-sdk';
import type * as pg from 'pg';
import { PflowError } from '../errors.ts';

export type Dbos = typeof dbos;
export type Pg = Pick<typeof pg, 'Pool' | 'Client'>;

const NEEDED = ['@dbos-inc/dbos-sdk', 'pg'];

/** Throws ENGINE_MISSING. */
export async function loadDbos(): Promise<Dbos> {
  return load(() => import('@dbos-inc/dbos-sdk'));
}

/** Creates the tables of DBOS, or brings them up to date. Throws ENGINE_MISSING. */
export async function migrateDbos(url: string, schema: string, logger: DLogger): Promise<void> {
  const { ensureSystemDatabase } = await load(() => import('@dbos-inc/dbos-sdk/internal/system_database'));
  const { GlobalLogger } = await import('@dbos-inc/dbos-sdk/internal/telemetry/logs');
  await ensureSystemDatabase(url, new GlobalLogger(undefined, { logger }), undefined, schema);
}

/** Throws ENGINE_MISSING. */
export async function loadPg(): Promise<Pg> {
  return load(async () => (await import('pg')).default);
}

async function load<T>(importPackage: () => Promise<T>): Promise<T> {
  // Deprecations of one package in another are nothing that a user could act on.
  process.noDeprecation = true;
  try {
    return await importPackage();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = NEEDED.find((name) => message.includes(`package '${name}`));
    if (code !== 'ERR_MODULE_NOT_FOUND' || missing === undefined) throw error;
    throw new PflowError(
      'ENGINE_MISSING',
      `runs in a database need the package ${missing}, which is not installed`,
      {
        hint: 'npm install @dbos-inc/dbos-sdk@5 pg@8 (with --global where pflow is installed globally)',
        cause: error,
      },
    );
  }
}
