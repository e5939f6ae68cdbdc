// Opens the client of DBOS: it starts, reads and changes durable workflows without executing them.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import { APPLICATION, DBOS_SCHEMA } from './database.ts';
import { loadDbos } from './packages.ts';
import { createSilentLogger } from './silent-logger.ts';

/** Throws ENGINE_MISSING. */
export async function openClient(url: string): Promise<DBOSClient> {
  const { DBOSClient: ClientClass } = await loadDbos();
  return ClientClass.create({
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePoolSize: 4,
    logger: createSilentLogger(),
    applicationName: APPLICATION,
  });
}
