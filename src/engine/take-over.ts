// Finds runs whose worker is dead, and puts them back into their queues: they go on at their first unfinished step.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { APPLICATION, DBOS_SCHEMA } from './database.ts';
import type { ExecutorLock } from './executor-lock.ts';
import { CALL_WORKFLOW } from './submission.ts';

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
  readonly name: string;
}

interface TakenOver {
  /** Ids of runs and calls. */
  readonly taken: readonly string[];
  /** It is not known yet whether a worker is dead that has runs or calls. */
  readonly isUndecided: boolean;
}

/**
 * Puts back what dead workers left. Runs at once: what a worker that comes back still records for them is refused. A
 * call only when its worker has had the time to come back: it may have the answer, and would be paid again.
 */
export async function takeOver(parts: TakeOver): Promise<TakenOver> {
  const { pool, lock, executor } = parts;
  const taken: string[] = [];
  let isUndecided = false;
  const { rows } = await pool.query<{ executor: string; names: readonly string[] }>(
    `SELECT executor_id AS executor, array_agg(DISTINCT name) AS names FROM "${DBOS_SCHEMA}".workflow_status
     WHERE status = 'PENDING' AND application_name = $1 AND executor_id IS NOT NULL GROUP BY executor_id`,
    [APPLICATION],
  );
  for (const { executor: other, names } of rows) {
    if (other === executor) {
      taken.push(...(await takeLost(parts)));
      continue;
    }
    const state = await lock.stateOf(other);
    isUndecided ||= state === 'unknown';
    if (state === 'held' || state === 'unknown') continue;
    const isTaken = (name: string): boolean => state === 'dead' || name !== CALL_WORKFLOW;
    isUndecided ||= !names.every(isTaken);
    if (!names.some(isTaken)) continue;
    const found = await lock.ifDead(other, () => putBack(parts, other, ({ name }) => isTaken(name)));
    taken.push(...(found ?? []));
  }
  return { taken, isUndecided };
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
  const lost = new Set(rows.map(({ id }) => id).filter((id) => !active.has(id)));
  return lost.size === 0 ? [] : putBack(parts, executor, ({ id }) => lost.has(id));
}

/** A run that was claimed is executed within this time. */
const CLAIM_MS = 5_000;

async function putBack(
  { pool, client }: TakeOver,
  executor: string,
  isTaken: (row: PendingRow) => boolean,
): Promise<readonly string[]> {
  const { rows } = await pool.query<PendingRow>(
    `SELECT workflow_uuid AS id, queue_name AS queue, name FROM "${DBOS_SCHEMA}".workflow_status
     WHERE status = 'PENDING' AND executor_id = $1`,
    [executor],
  );
  const found = rows.filter(isTaken);
  const byQueue = new Map<string, string[]>();
  for (const { id, queue } of found)
    if (queue !== null) byQueue.set(queue, [...(byQueue.get(queue) ?? []), id]);
  for (const [queueName, ids] of byQueue) await client.resumeWorkflows(ids, { queueName });
  return found.map(({ id }) => id);
}
