// Holds an advisory lock for as long as a worker lives. If another worker can take it, this one is dead.
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { isTemporary, unavailableError } from './database.ts';
import { loadPg } from './packages.ts';

/** The key of the lock of an executor: PostgreSQL takes a signed integer of 64 bits. */
function lockKey(executor: string): string {
  return createHash('sha256').update(`pflow:${executor}`).digest().readBigInt64BE(0).toString();
}

const PAUSE_MS = 250;
/** For a moment after a restart of the database, no worker has its lock. */
const RECONNECTING_MS = 5_000;
const SERVER_AGE = `SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 * 1000 AS ms`;

/**
 * `free`: the worker has ended, or has lost its connection and comes back. `dead`: it has had the time to come back.
 * `unknown`: this worker lost its own connection, or the server has just started.
 */
type ExecutorState = 'held' | 'free' | 'dead' | 'unknown';
/**
 * The server probes whether the worker is there. A machine that lost its power or its network closes no connection, and
 * the usual settings of a system wait for two hours.
 */
const NOTICE_LOSS =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

interface Times {
  /** So long after a lost connection a worker does not count as dead. */
  readonly reconnectingMs?: number;
  /** So long after the start of the server, neither. */
  readonly startingMs?: number;
}

export class ExecutorLock {
  private readonly url: string;
  private readonly key: string;
  private client: Client | undefined;
  private isReleased = false;
  private readonly reconnectingMs: number;
  private readonly startingMs: number;
  /** No lock of another worker is taken before; of the clock of `performance`. */
  private quietUntil = 0;
  /** Since when locks of others were free at each look; of the same clock. */
  private readonly freeSince = new Map<string, number>();
  private readonly holding: Promise<void>;
  /** Settles when the lock is held again. */
  private again: Promise<void> | undefined;
  /** Why the lock cannot be taken again. */
  private failure: unknown;

  constructor(url: string, executor: string, times: Times = {}) {
    this.url = url;
    this.key = lockKey(executor);
    this.reconnectingMs = times.reconnectingMs ?? RECONNECTING_MS;
    this.startingMs = times.startingMs ?? this.reconnectingMs;
    this.holding = this.acquire((serverMs) => this.startingMs - serverMs);
  }

  /** Resolves when the lock is held for the first time. */
  held(): Promise<void> {
    return this.holding;
  }

  get isHeld(): boolean {
    return this.client !== undefined;
  }

  /** False after a lost connection, until other workers can have taken their locks again. */
  get isSettled(): boolean {
    return this.client !== undefined && performance.now() >= this.quietUntil;
  }

  /** Throws DATABASE_UNAVAILABLE if the lock is lost for good, as after a changed password. */
  throwIfLost(): void {
    if (this.failure !== undefined) throw unavailableError(this.url, this.failure);
  }

  /** Looks at the lock of another executor. Looks of several workers do not hinder each other. */
  async stateOf(executor: string): Promise<ExecutorState> {
    const { client, freeSince } = this;
    if (client === undefined || !this.isSettled) return 'unknown';
    const key = lockKey(executor);
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock_shared($1) AS free', [
      key,
    ]);
    if (rows[0]?.free !== true) {
      freeSince.delete(executor);
      return 'held';
    }
    await client.query('SELECT pg_advisory_unlock_shared($1)', [key]);
    const now = performance.now();
    const since = freeSince.get(executor) ?? now;
    freeSince.set(executor, since);
    return now - since >= this.reconnectingMs ? 'dead' : 'free';
  }

  /** Runs `work` if the lock of another executor is free. Holds that lock meanwhile: only one worker takes over. */
  async ifDead<T>(executor: string, work: () => Promise<T>): Promise<T | undefined> {
    const { client } = this;
    if (client === undefined || !this.isSettled) return undefined;
    const key = lockKey(executor);
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [key]);
    if (rows[0]?.free !== true) return undefined;
    try {
      return await work();
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [key]);
    }
  }

  async release(): Promise<void> {
    this.isReleased = true;
    await this.again;
    await this.client?.end();
  }

  /** The lock is gone with its connection. */
  private async acquireAgain(): Promise<void> {
    this.quietUntil = Infinity;
    this.freeSince.clear();
    await this.acquire(() => this.reconnectingMs);
  }

  /** Tries for as long as the worker lives. `quietMs`: how long no lock of others is taken. */
  private async acquire(quietMs: (serverMs: number) => number): Promise<void> {
    const { Client: ClientClass } = await loadPg();
    while (!this.isReleased) {
      const client = new ClientClass({ connectionString: this.url, keepAlive: true });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query(NOTICE_LOSS);
        await client.query('SELECT pg_advisory_lock($1)', [this.key]);
        const { rows } = await client.query<{ ms: number }>(SERVER_AGE);
        this.quietUntil = performance.now() + quietMs(rows[0]?.ms ?? 0);
        this.client = client;
        client.once('end', () => {
          this.client = undefined;
          this.again = this.acquireAgain().catch((error: unknown) => {
            this.failure = error;
          });
        });
        return;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (!isTemporary(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}
