// Opens the client of DBOS: it starts, reads and changes durable workflows without executing them.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { APPLICATION, DBOS_SCHEMA } from './database.ts';
import { loadDbos } from './packages.ts';
import { createSilentLogger } from './silent-logger.ts';

/** Uses the connections of `pool`, which is the caller's. Throws ENGINE_MISSING. */
export async function openClient(url: string, pool: Pool): Promise<DBOSClient> {
  const { DBOSClient: ClientClass } = await loadDbos();
  return ClientClass.create({
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePool: pool,
    logger: createSilentLogger(),
    applicationName: APPLICATION,
  });
}
