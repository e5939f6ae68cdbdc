// A worker: takes runs from queues, executes them as durable workflows, and takes over those of dead workers.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { openClient } from './client.ts';
import { openLastingPool } from './connections.ts';
import { APPLICATION, DBOS_SCHEMA, PROTOCOL, isTemporary, unavailableError } from './database.ts';
import { ExecutorLock } from './executor-lock.ts';
import { LogStreamWriter } from './log-stream-writer.ts';
import { loadDbos, type Dbos } from './packages.ts';
import { runSubmission, type SubmissionEnd, type WorkerParts } from './run-submission.ts';
import { createSilentLogger } from './silent-logger.ts';
import { answerCall, limitedQueue, listCallQueues, SharedCalls } from './shared-calls.ts';
import { CALL_WORKFLOW, CALLS_QUEUE, RUN_WORKFLOW } from './submission.ts';
import { openTables, recordFault } from './tables.ts';
import { takeOver } from './take-over.ts';

export interface WorkerOptions extends Pick<WorkerParts, 'env' | 'cwd' | 'nodes'> {
  readonly url: string;
  readonly queues: readonly string[];
  /** Runs at once in one process. Absent: as the queue has it. */
  readonly concurrency?: number;
  /** Model calls are durable workflows of their own, on the queue for calls. */
  readonly sharedCalls: boolean;
  /** Calls of a provider in a period, over all workers. */
  readonly modelLimits: readonly ModelLimit[];
  /** Called when a run has ended here. */
  readonly onEnd: (run: string, end: SubmissionEnd) => void;
  /** Called when a run could not be executed here. */
  readonly onFault: (run: string, error: unknown) => void;
  /** Called with the ids of runs that were taken over. */
  readonly onTakeOver: (runs: readonly string[]) => void;
}

export interface ModelLimit {
  /** A model or a provider. That of a provider is for its models without a limit of their own. */
  readonly of: string;
  readonly calls: number;
  readonly seconds: number;
}

const DEFAULT_CONCURRENCY = 10;
/** A call mostly waits. */
const CALLS_AT_ONCE = 50;
/** Of DBOS in each worker. */
const ENGINE_CONNECTIONS = 10;
/** Of its client: for calls, and runs that are taken over. */
const CLIENT_CONNECTIONS = 4;
const QUEUE_POLL_MS = 200;
const TAKE_OVER_MS = 500;
const POLL_MS = 50;

export class Worker {
  readonly executor = `${hostname()}-${String(process.pid)}-${randomUUID().slice(0, 8)}`;
  private readonly options: WorkerOptions;
  /** Runs and shared model calls that are executed here. */
  private readonly active = new Set<string>();
  /** Those of them that wait for the end of this worker. */
  private readonly parked = new Set<string>();
  private queues: readonly string[] = [];
  private dbos: Dbos | undefined;
  private client: DBOSClient | undefined;
  private pool: Pool | undefined;
  private lock: ExecutorLock | undefined;
  /** Connections of DBOS. */
  private readonly lasting: Pool[] = [];
  private isStopping = false;
  /** Nothing more waits for the database. */
  private hasGivenUp = false;

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  /** Throws ENGINE_MISSING, DATABASE_UNAVAILABLE. */
  async start(): Promise<void> {
    const { url, modelLimits } = this.options;
    const dbos = await loadDbos();
    this.pool = await openTables(url);
    this.lock = new ExecutorLock(url, this.executor);
    await this.lock.held();
    const logger = createSilentLogger();
    const keepsTrying = (): boolean => !this.hasGivenUp;
    const enginePool = await openLastingPool(url, { max: ENGINE_CONNECTIONS, keepsTrying });
    const clientPool = await openLastingPool(url, { max: CLIENT_CONNECTIONS, keepsTrying });
    this.lasting.push(enginePool, clientPool);
    this.client = await openClient(url, clientPool);
    this.dbos = dbos;
    this.register(dbos, this.client, this.pool);
    const queues = await this.listQueues(this.pool);
    this.queues = queues;
    dbos.DBOS.setConfig({
      name: APPLICATION,
      systemDatabaseUrl: url,
      systemDatabasePool: enginePool,
      systemDatabaseSchemaName: DBOS_SCHEMA,
      executorID: this.executor,
      applicationVersion: PROTOCOL,
      logger,
      listenQueues: [...queues],
    });
    try {
      await dbos.DBOS.launch();
    } catch (error) {
      throw unavailableError(url, error);
    }
    for (const queue of queues) await this.registerQueue(dbos, queue);
    for (const { of, calls, seconds } of modelLimits) {
      await dbos.DBOS.registerQueue(limitedQueue(of), {
        workerConcurrency: CALLS_AT_ONCE,
        rateLimit: { limitPerPeriod: calls, periodSec: seconds },
        minPollingIntervalMs: QUEUE_POLL_MS,
        onConflict: 'always_update',
      });
    }
  }

  /** Serves until `signal` is aborted; with `drain` until nothing is left to do. */
  async serve(signal: AbortSignal, { drain }: { readonly drain: boolean }): Promise<void> {
    let idle = 0;
    while (!signal.aborted) {
      const isBusy = await this.round();
      idle = isBusy ? 0 : idle + 1;
      // A run may be between its queue and this process for a moment.
      if (drain && idle > 1) return;
      await pause(drain && !isBusy ? QUEUE_POLL_MS : TAKE_OVER_MS, signal);
    }
  }

  /** Starts no further node and waits for those that run. Other workers do the rest. */
  async stop(graceMs: number): Promise<void> {
    this.isStopping = true;
    const end = performance.now() + graceMs;
    while ([...this.active].some((id) => !this.parked.has(id)) && performance.now() < end)
      await pause(POLL_MS);
    this.hasGivenUp = true;
    await this.dbos?.DBOS.shutdown();
    await this.client?.destroy();
    await Promise.all(this.lasting.map((pool) => pool.end()));
    await this.lock?.release();
    await this.pool?.end();
  }

  private register(dbos: Dbos, client: DBOSClient, pool: Pool): void {
    const { env, cwd, nodes, onEnd } = this.options;
    const mayStart = (run: string): Promise<void> => {
      if (!this.isStopping) return Promise.resolve();
      this.parked.add(run);
      return new Promise(() => undefined);
    };
    const calls = this.options.sharedCalls ? new SharedCalls(client, pool, env) : undefined;
    const parts: WorkerParts = {
      ...{ dbos, client, pool, env, cwd, nodes, mayStart, logs: new LogStreamWriter(pool) },
      ...(calls === undefined ? {} : { createModels: (run: string) => calls.clientOf(run) }),
    };
    const answer = async (text: string): Promise<string> => {
      const id = dbos.DBOS.workflowID ?? '';
      this.active.add(id);
      try {
        return await answerCall(text, randomUUID(), { dbos, pool, env });
      } finally {
        this.active.delete(id);
      }
    };
    dbos.DBOS.registerWorkflow(answer, { name: CALL_WORKFLOW });
    const execute = async (text: string): Promise<SubmissionEnd> => {
      const run = dbos.DBOS.workflowID ?? '';
      this.active.add(run);
      try {
        const end = await runSubmission(text, run, parts);
        onEnd(run, end);
        return end;
      } catch (error) {
        // The engine ends executions that were cancelled, or that go on elsewhere.
        if (error instanceof dbos.Error.DBOSError) throw error;
        await this.giveUp(run, error, { pool, client });
        throw new dbos.Error.DBOSWorkflowCancelledError(run);
      } finally {
        this.active.delete(run);
      }
    };
    dbos.DBOS.registerWorkflow(execute, { name: RUN_WORKFLOW });
  }

  /** Stops a run until a person lets it go on: this worker may lack an input or a file. */
  private async giveUp(
    run: string,
    error: unknown,
    { pool, client }: Pick<WorkerParts, 'pool' | 'client'>,
  ): Promise<void> {
    await recordFault(pool, run, error instanceof Error ? error.message : String(error));
    await client.cancelWorkflow(run);
    this.options.onFault(run, error);
  }

  /** A worker for calls serves those with a limit, too. */
  private async listQueues(pool: Pool): Promise<readonly string[]> {
    const { queues, modelLimits } = this.options;
    const limited = modelLimits.map(({ of }) => limitedQueue(of));
    if (!queues.includes(CALLS_QUEUE)) return [...queues, ...limited];
    return [...new Set([...queues, ...limited, ...(await listCallQueues(pool))])];
  }

  private async registerQueue(dbos: Dbos, name: string): Promise<void> {
    const { concurrency } = this.options;
    if (name.startsWith(`${CALLS_QUEUE}-`)) return;
    const usual = name === CALLS_QUEUE ? CALLS_AT_ONCE : DEFAULT_CONCURRENCY;
    await dbos.DBOS.registerQueue(name, {
      workerConcurrency: concurrency ?? usual,
      minPollingIntervalMs: QUEUE_POLL_MS,
      onConflict: concurrency === undefined ? 'never_update' : 'always_update',
    });
  }

  /** Takes over what dead workers left. Returns true if there is work on the queues or in this process. */
  private async round(): Promise<boolean> {
    const { pool, client, lock, executor, active, options } = this;
    if (pool === undefined || client === undefined || lock === undefined) return false;
    lock.throwIfLost();
    try {
      const { taken, isUndecided } = await takeOver({ pool, client, lock, executor, active });
      if (taken.length > 0) options.onTakeOver(taken);
      const { rows } = await pool.query<{ waiting: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM "${DBOS_SCHEMA}".workflow_status
         WHERE status IN ('ENQUEUED', 'DELAYED') AND queue_name = ANY($1)
           AND coalesce(application_version, $2) = $2) AS waiting`,
        [this.queues, PROTOCOL],
      );
      return isUndecided || taken.length > 0 || active.size > 0 || rows[0]?.waiting === true;
    } catch (error) {
      // The next round tries again. Runs wait for the database, too.
      if (!isTemporary(error)) throw error;
      return true;
    }
  }
}

/** Ends early when the signal is aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
    signal?.addEventListener('abort', end, { once: true });
  });
}
