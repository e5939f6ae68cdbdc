// Records which execution of a durable workflow was the first. Others continue what a dead worker left.
import type { Pool } from 'pg';
import { DBOS_SCHEMA, outlastOutage } from './database.ts';

/** A stream of one value. */
const EXECUTION_STREAM = 'execution';

/** Returns which execution of a durable workflow was the first: `execution`, unless another one was before it. */
export async function findFirstExecution(workflow: string, execution: string, pool: Pool): Promise<string> {
  const { rows } = await outlastOutage(() =>
    pool.query<{ value: string }>(
      `INSERT INTO "${DBOS_SCHEMA}".streams AS first (workflow_uuid, key, "offset", value, serialization)
       VALUES ($1, $2, 0, $3, 'portable_json')
       ON CONFLICT (workflow_uuid, key, "offset") DO UPDATE SET value = first.value RETURNING value`,
      [workflow, EXECUTION_STREAM, JSON.stringify(execution)],
    ),
  );
  return JSON.parse(rows[0]?.value ?? 'null') as string;
}
