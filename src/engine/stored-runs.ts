// Reads runs from the database: their state, and their logs as the bytes of NDJSON files.
import type { DBOSClient, WorkflowStatus } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import * as z from 'zod';
import { PflowError } from '../errors.ts';
import { formatCount } from '../values/format-count.ts';
import { present } from '../values/present.ts';
import { openClient } from './client.ts';
import { DBOS_SCHEMA, PROTOCOL } from './database.ts';
import { LOG_STREAM } from './log-stream-writer.ts';
import { approvalKey, findOpenNode, type DecidedAction, type OpenNode } from './step-names.ts';
import { DEFAULT_QUEUE, RUN_WORKFLOW } from './submission.ts';
import { decide, findFaults, findWaiting, forgetFault, openExistingTables } from './tables.ts';

/** What a run in the database is doing. */
export type RunState =
  | 'waiting'
  | 'running'
  | 'paused'
  | 'cancelled'
  | 'ended'
  /** The engine gave it up before its end; its error states why. */
  | 'broken';

export interface StoredRun {
  readonly run: string;
  readonly state: RunState;
  readonly queue: string;
  readonly workflow: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly submittedAt: number;
  /** Which worker executes it, or did so last. */
  readonly worker?: string;
  /** The node that was in flight, of a paused run. */
  readonly open?: OpenNode;
  /** The node that waits for approval, of a paused run. */
  readonly waiting?: string;
  /** Of a broken run. */
  readonly error?: string;
  /** A broken run can go on, once the cause is mended. */
  readonly canGoOn?: boolean;
  /** Of a waiting run that was submitted by a pflow with other steps: only its workers take it. */
  readonly protocol?: string;
}

interface OpenDatabase {
  readonly pool: Pool;
  readonly client: DBOSClient;
}

/** Reads what workers keep in one database. Close it in the end. */
export class StoredRuns {
  private readonly opened: OpenDatabase | undefined;

  private constructor(opened: OpenDatabase | undefined) {
    this.opened = opened;
  }

  /** Throws ENGINE_MISSING, DATABASE_UNAVAILABLE. */
  static async open(url: string): Promise<StoredRuns> {
    const pool = await openExistingTables(url);
    return new StoredRuns(pool === undefined ? undefined : { pool, client: await openClient(url, pool) });
  }

  /** Lists runs in the order of their submission; `named`: those with these ids, or these beginnings of ids. */
  async list(named: readonly string[] = []): Promise<readonly StoredRun[]> {
    if (this.opened === undefined) {
      requireAll([], named);
      return [];
    }
    const found = await this.client.listWorkflows({
      workflowName: RUN_WORKFLOW,
      loadInput: false,
      ...(named.length === 0 ? {} : { workflow_id_prefix: [...named] }),
    });
    const cancelled = found
      .filter(({ status }) => status === 'CANCELLED')
      .map(({ workflowID }) => workflowID);
    const open = await this.openNodes(cancelled);
    const waiting =
      cancelled.length === 0 ? new Map<string, string>() : await findWaiting(this.pool, cancelled);
    const faults =
      cancelled.length === 0 ? new Map<string, string>() : await findFaults(this.pool, cancelled);
    const runs = found.map((status) => {
      const { workflowID: id } = status;
      return toStoredRun(status, { open: open.get(id), waiting: waiting.get(id), fault: faults.get(id) });
    });
    requireAll(runs, named);
    return runs;
  }

  /** Lets a paused or cancelled run go on. */
  async goOn({ run, queue, canGoOn = false }: StoredRun): Promise<void> {
    if (canGoOn) await forgetFault(this.pool, run);
    await this.client.resumeWorkflow(run, { queueName: queue });
  }

  /** Keeps what is decided about the node that was in flight. */
  async decide(run: string, { decide: step }: OpenNode, action: DecidedAction): Promise<void> {
    await decide(this.pool, run, step, action);
  }

  /** Keeps what is decided about a node that needs approval. */
  async decideApproval(run: string, node: string, action: 'approve' | 'deny'): Promise<void> {
    await decide(this.pool, run, approvalKey(node), action);
  }

  async cancel(run: string): Promise<void> {
    await this.client.cancelWorkflow(run);
  }

  /** Returns the log of a run so far, exactly as a file has it. */
  async logOf(run: string): Promise<string> {
    const { rows } = await this.pool.query<{ value: string }>(
      `SELECT value FROM "${DBOS_SCHEMA}".streams WHERE workflow_uuid = $1 AND key = $2 ORDER BY "offset"`,
      [run, LOG_STREAM],
    );
    return rows.map(({ value }) => JSON.parse(value) as string).join('');
  }

  async close(): Promise<void> {
    await this.opened?.client.destroy();
    await this.opened?.pool.end();
  }

  private get pool(): Pool {
    return this.database.pool;
  }

  private get client(): DBOSClient {
    return this.database.client;
  }

  private get database(): OpenDatabase {
    if (this.opened !== undefined) return this.opened;
    throw new PflowError('LOG_EMPTY', 'the database has no run', { hint: 'Submit one: pflow submit.' });
  }

  private async openNodes(runs: readonly string[]): Promise<ReadonlyMap<string, OpenNode>> {
    if (runs.length === 0) return new Map();
    const { rows } = await this.pool.query<{ run: string; steps: readonly string[] }>(
      `SELECT workflow_uuid AS run, array_agg(function_name ORDER BY function_id) AS steps
       FROM "${DBOS_SCHEMA}".operation_outputs WHERE workflow_uuid = ANY($1) GROUP BY workflow_uuid`,
      [runs],
    );
    return new Map(
      rows.flatMap(({ run, steps }) => {
        const open = findOpenNode(steps);
        return open === undefined ? [] : [[run, open] as const];
      }),
    );
  }
}

/** Throws RUN_UNKNOWN for a name that no run or several have. */
function requireAll(runs: readonly StoredRun[], named: readonly string[]): void {
  for (const id of named) {
    const found = runs.filter(({ run }) => run.startsWith(id));
    if (found.length === 1 || found.some(({ run }) => run === id)) continue;
    const what = found.length === 0 ? 'no run' : formatCount(found.length, 'run');
    throw new PflowError('RUN_UNKNOWN', `${what} in the database has an id that begins with ${id}`, {
      details: found.slice(0, 5).map(({ run, workflow }) => `${run}  ${workflow}`),
      hint: 'pflow runs --db lists the runs of the database.',
    });
  }
}

const attributesSchema = z.object({
  workflow: z.string(),
  queue: z.string(),
  tags: z.record(z.string(), z.string()),
});

interface Stop {
  readonly open: OpenNode | undefined;
  readonly waiting: string | undefined;
  readonly fault: string | undefined;
}

function stateOf(status: string, { open, waiting, fault }: Stop): RunState {
  if (fault !== undefined) return 'broken';
  if (open !== undefined || waiting !== undefined) return 'paused';
  return STATES[status] ?? 'broken';
}

function toStoredRun(status: WorkflowStatus, stop: Stop): StoredRun {
  const { open, waiting, fault } = stop;
  const read = attributesSchema.safeParse(status.attributes);
  const { workflow, queue, tags } = read.data ?? { workflow: '?', queue: DEFAULT_QUEUE, tags: {} };
  const error = fault ?? (status.error instanceof Error ? status.error.message : undefined);
  const state = stateOf(status.status, stop);
  const version = status.applicationVersion;
  const protocol = state === 'waiting' && version !== PROTOCOL ? version : undefined;
  return {
    run: status.workflowID,
    state,
    ...{ queue, workflow, tags, submittedAt: status.createdAt },
    ...present({ open, waiting, worker: status.executorId, error, protocol }),
    ...(fault === undefined ? {} : { canGoOn: true }),
  };
}

const STATES: Readonly<Record<string, RunState>> = {
  ENQUEUED: 'waiting',
  DELAYED: 'waiting',
  PENDING: 'running',
  CANCELLED: 'cancelled',
  SUCCESS: 'ended',
};
