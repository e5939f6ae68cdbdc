// Writes lines of logs to the streams of their runs. Lines that wait are written together, whichever run they are of.
import type { Pool } from 'pg';
import { DBOS_SCHEMA, outlastOutage } from './database.ts';

export const LOG_STREAM = 'log';

interface WaitingLines {
  readonly run: string;
  /** The place in the stream: what is written twice has the same one, and is the same. */
  readonly offset: number;
  readonly lines: string;
  readonly done: (error?: unknown) => void;
}

/** Steps of many runs end within this time. */
const GATHER_MS = 20;

/** One for all runs of a worker. */
export class LogStreamWriter {
  private readonly pool: Pool;
  private waiting: WaitingLines[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isWriting = false;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Resolves when the lines are in the database. Lines that another execution has written stay. */
  write(run: string, offset: number, lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown): void => {
        if (error === undefined) resolve();
        else reject(error);
      };
      this.waiting.push({ run, offset, lines, done });
      this.timer ??= setTimeout(() => {
        this.flush();
      }, GATHER_MS);
    });
  }

  /** Writes what waits without gathering more. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isWriting) void this.writeAll();
  }

  /** One insertion at a time: the lines of a run come in their order. */
  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const entries = this.waiting;
      this.waiting = [];
      await this.insertAll(entries);
    }
    this.isWriting = false;
  }

  private async insertAll(entries: readonly WaitingLines[]): Promise<void> {
    try {
      await outlastOutage(() => this.insert(entries));
    } catch (error) {
      const [first, second] = entries;
      // A run that was deleted fails by itself.
      if (second !== undefined) for (const entry of entries) await this.insertAll([entry]);
      else first?.done(error);
      return;
    }
    for (const { done } of entries) done();
  }

  private async insert(entries: readonly WaitingLines[]): Promise<void> {
    await this.pool.query(
      `INSERT INTO "${DBOS_SCHEMA}".streams (workflow_uuid, key, "offset", value, serialization)
       SELECT run, $4, place, value, 'portable_json'
       FROM unnest($1::text[], $2::int[], $3::text[]) AS entry (run, place, value)
       ON CONFLICT (workflow_uuid, key, "offset") DO NOTHING`,
      [
        entries.map(({ run }) => run),
        entries.map(({ offset }) => offset),
        entries.map(({ lines }) => JSON.stringify(lines)),
        LOG_STREAM,
      ],
    );
  }
}

/** The log of one run: the lines of each step have their number as their place. */
export class RunLines {
  private readonly writer: LogStreamWriter;
  private readonly run: string;
  private count = 0;
  private readonly writing: Promise<void>[] = [];

  constructor(writer: LogStreamWriter, run: string) {
    this.writer = writer;
    this.run = run;
  }

  /** Starts writing the lines of the next step. */
  add(lines: string): void {
    const written = this.writer.write(this.run, this.count, lines);
    this.count += 1;
    // A failure is thrown by `settle`.
    written.catch(() => undefined);
    this.writing.push(written);
  }

  /** Resolves when all lines are in the database. */
  async settle(): Promise<void> {
    this.writer.flush();
    await Promise.all(this.writing.splice(0));
  }
}
