// Defines the interface for writing a log. It has two implementations, in memory and in an NDJSON file; one conformance
// suite tests both.
import type { EventDraft, LogEvent } from '../../events/event.ts';
import type { Level } from '../../events/vocabulary.ts';
import type { PflowError } from '../../errors.ts';

/** A log that is being written: one for each run. Events are appended and never changed. */
export interface EventLog {
  /** UUIDv7 of the run whose log this is. */
  readonly run: string;
  readonly level: Level;
  /**
   * Appends an event: copies the payload as JSON-safe data, replaces secrets, checks it against its schema, stamps it
   * and writes it. When it returns, the event is kept. A disk error never throws here: it poisons the log. Subscribe to
   * receive the event; it is frozen before any subscriber gets it.
   */
  append(draft: EventDraft): void;
  /** Returns the form of a value in this log: a frozen, JSON-safe, redacted copy. */
  copyForLog(value: unknown): unknown;
  /** Returns the form of a text in this log. */
  redact(text: string): string;
  /** Makes a value secret from here on; it becomes `<redacted:NAME>`. */
  registerSecret(name: string, value: string): void;
  /** Like `registerSecret`, also for numbers and short texts. */
  registerSecretScalar(name: string, value: string | number | bigint): void;
  /** Calls `listener` with every event, in order, right after it is kept. Returns a function that unsubscribes. */
  subscribe(listener: (event: LogEvent) => void): () => void;
  /**
   * Like `subscribe`, for a fold: a reader that uses the event only during the call and does not change it.
   * Without other subscribers nothing is frozen then, which is half the time of an append.
   */
  follow(reader: (event: LogEvent) => void): () => void;
  readonly state: LogState;
  /** Syncs and closes the file. Appending afterwards is a bug and throws. */
  close(): void;
}

/** What a log holds so far, and whether writing has failed. */
export interface LogState {
  /** Where the log is; absent in memory. */
  readonly path?: string;
  /** Every event appended so far is kept. */
  readonly complete: boolean;
  /** `seq` of the last event that is kept; -1 before the first. */
  readonly lastSeq: number;
  /** The first write error; nothing has been written since. */
  readonly poisoned?: PflowError;
}
