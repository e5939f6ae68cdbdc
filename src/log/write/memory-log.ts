// Keeps a log without a file: for `--output-format json` without `--log`, and for tests. Keeps a list of its events
// only on request, since live folds need no list.
import type { LogEvent } from '../../events/event.ts';
import type { LogOptions } from './base-log.ts';
import { BaseLog } from './base-log.ts';
import type { LogState } from './event-log.ts';

/** Options of `openMemoryLog`. With `keep` the log holds all its events; by default it drops them. */
export interface MemoryLogOptions extends LogOptions {
  readonly keep?: boolean;
}

/** A log in memory. It keeps its events only with the option `keep`; subscribers get them anyway. */
export class MemoryLog extends BaseLog {
  /** All events so far, if they are kept; empty otherwise. */
  readonly events: readonly LogEvent[];
  private readonly kept: LogEvent[] | undefined;
  protected override readonly retains: boolean;
  private lastSeq = -1;

  constructor(options: MemoryLogOptions) {
    super(options);
    this.kept = options.keep === true ? [] : undefined;
    this.events = this.kept ?? [];
    this.retains = this.kept !== undefined;
  }

  get state(): LogState {
    return { complete: true, lastSeq: this.lastSeq };
  }

  protected keep(event: LogEvent): void {
    this.kept?.push(event);
    this.lastSeq = event.seq;
  }

  protected release(): void {
    // Nothing is held open.
  }
}

/** Opens a log in memory. Never throws. */
export function openMemoryLog(options: MemoryLogOptions): MemoryLog {
  return new MemoryLog(options);
}
