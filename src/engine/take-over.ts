// Finds runs whose worker is dead, and puts them back into their queues: they go on at their first unfinished step.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { APPLICATION, DBOS_SCHEMA } from './database.ts';
import type { ExecutorLock } from './executor-lock.ts';

interface TakeOver {
  readonly pool: Pool;
  readonly client: DBOSClient;
  readonly lock: ExecutorLock;
  readonly executor: string;
  /** Ids of what runs in this process. */
  readonly active: ReadonlySet<string>;
}

interface PendingRow {
  readonly id: string;
  readonly queue: string | null;
}

/** Returns the ids of what was taken over. */
export async function takeOver(parts: TakeOver): Promise<readonly string[]> {
  const { pool, lock, executor } = parts;
  const taken: string[] = [];
  const { rows } = await pool.query<{ executor: string }>(
    `SELECT DISTINCT executor_id AS executor FROM "${DBOS_SCHEMA}".workflow_status
     WHERE status = 'PENDING' AND application_name = $1 AND executor_id IS NOT NULL`,
    [APPLICATION],
  );
  for (const { executor: other } of rows) {
    if (other === executor) taken.push(...(await takeLost(parts)));
    else taken.push(...((await lock.ifDead(other, () => putBack(parts, other))) ?? []));
  }
  return taken;
}

/** What this worker has claimed and does not execute: the database was unreachable, or another execution gave up. */
async function takeLost(parts: TakeOver): Promise<readonly string[]> {
  const { pool, executor, active } = parts;
  const { rows } = await pool.query<{ id: string }>(
    `SELECT workflow_uuid AS id FROM "${DBOS_SCHEMA}".workflow_status
     WHERE status = 'PENDING' AND executor_id = $1
       AND started_at_epoch_ms < (extract(epoch FROM now()) * 1000)::bigint - ${String(CLAIM_MS)}`,
    [executor],
  );
  const lost = rows.map(({ id }) => id).filter((id) => !active.has(id));
  return lost.length === 0 ? [] : putBack(parts, executor, lost);
}

/** A run that was claimed is executed within this time. */
const CLAIM_MS = 5_000;

async function putBack(
  { pool, client }: TakeOver,
  executor: string,
  only?: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await pool.query<PendingRow>(
    `SELECT workflow_uuid AS id, queue_name AS queue FROM "${DBOS_SCHEMA}".workflow_status
     WHERE status = 'PENDING' AND executor_id = $1`,
    [executor],
  );
  const found = rows.filter(({ id }) => only === undefined || only.includes(id));
  const byQueue = new Map<string, string[]>();
  for (const { id, queue } of found)
    if (queue !== null) byQueue.set(queue, [...(byQueue.get(queue) ?? []), id]);
  for (const [queueName, ids] of byQueue) await client.resumeWorkflows(ids, { queueName });
  return found.map(({ id }) => id);
}
