// Keeps a log in a file: one run, one file, one write per event. The first error poisons it: nothing more is written or
// retried, since a retry may succeed although data was lost.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import type { LogOptions } from './base-log.ts';
import { BaseLog } from './base-log.ts';
import type { EventLog, LogState } from './event-log.ts';
import { LineEncoder } from './line-encoder.ts';
import type { LogDisk } from './log-disk.ts';
import { diskReason, systemDisk } from './log-disk.ts';
import type { LogFile } from './log-file.ts';
import { createLogFile } from './log-file.ts';

/** Options of `openNdjsonLog`. */
export interface NdjsonLogOptions extends LogOptions {
  /** Also sync after every model answer and every node. */
  readonly durable?: boolean;
  readonly disk?: LogDisk;
}

const SYNCED_WHEN_DURABLE: ReadonlySet<string> = new Set(['llm.completed', 'node.completed']);

class NdjsonLog extends BaseLog {
  private readonly disk: LogDisk;
  private readonly target: LogFile;
  private readonly durable: boolean;
  private readonly encoder: LineEncoder;
  private lastSeq = -1;
  private lastSynced = -1;
  private poison: PflowError | undefined;

  constructor(path: string, options: NdjsonLogOptions) {
    const encoder = new LineEncoder();
    super(options, encoder.payload);
    this.encoder = encoder;
    this.disk = options.disk ?? systemDisk;
    this.durable = options.durable ?? false;
    const { durable, run } = this;
    this.target = createLogFile(this.disk, path, { run, startMs: options.host.now(), durable });
  }

  get state(): LogState {
    const { poison, lastSeq } = this;
    const place = { path: this.target.path, complete: poison === undefined, lastSeq };
    return poison === undefined ? place : { ...place, poisoned: poison };
  }

  protected keep(event: LogEvent, payloadIsEncoded: boolean): void {
    if (this.poison !== undefined) return;
    try {
      const { encoder } = this;
      if (payloadIsEncoded) encoder.encodeAround(event);
      else encoder.encode(event);
      this.write(encoder.bytes, encoder.start, encoder.start + encoder.length);
    } catch (error) {
      this.poisonWith(error);
      return;
    }
    this.lastSeq = event.seq;
    if (event.type === 'run.completed' || (this.durable && SYNCED_WHEN_DURABLE.has(event.type))) this.sync();
  }

  protected release(): void {
    if (this.lastSynced < this.lastSeq) this.sync();
    try {
      this.disk.close(this.target.file);
    } catch (error) {
      if (this.poison === undefined) this.poisonWith(error);
    }
  }

  private write(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      const count = this.disk.write(this.target.file, bytes, at, end - at);
      if (count <= 0) throw new Error('the disk took nothing and gave no reason');
      at += count;
    }
  }

  private sync(): void {
    if (this.poison !== undefined) return;
    try {
      this.disk.sync(this.target.file);
      this.lastSynced = this.lastSeq;
    } catch (error) {
      // After a failed sync the system may have dropped what it had accepted before.
      this.lastSeq = this.lastSynced;
      this.poisonWith(error);
    }
  }

  private poisonWith(error: unknown): void {
    const end =
      this.lastSeq < 0 ? 'holds no event that is safe' : `is safe up to seq ${String(this.lastSeq)} only`;
    this.poison = new PflowError(
      'LOG_INCOMPLETE',
      `the log "${this.target.path}" ${end}: ${diskReason(error)}`,
      {
        hint: 'Nothing more was written to it. What it holds can be replayed; make room or give another --log for the next run.',
        path: this.target.path,
        cause: error,
      },
    );
  }
}

/** Throws `LOG_EXISTS` or `LOG_UNWRITABLE`. Later disk errors do not throw; see `state`. */
export function openNdjsonLog(path: string, options: NdjsonLogOptions): EventLog {
  return new NdjsonLog(path, options);
}
