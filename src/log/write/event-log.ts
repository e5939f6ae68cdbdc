// A log as its writer sees it. There are two: in memory and in an NDJSON file; one conformance suite runs on both.
import type { EventDraft, LogEvent } from '../../events/event.ts';
import type { Level } from '../../events/vocabulary.ts';
import type { PflowError } from '../../errors.ts';

export interface EventLog {
  /** UUIDv7 of the run whose log this is. */
  readonly run: string;
  readonly level: Level;
  /**
   * Copies the payload, makes it JSON-safe, replaces secrets, checks it against its schema, stamps it and
   * writes it. When it returns, the event is kept. A failing disk never throws here: it poisons the log. Whoever
   * wants to have the event subscribes: it is frozen before anybody sees it.
   */
  append(draft: EventDraft): void;
  /** The form in which a value would stand in this log: a frozen, JSON-safe, redacted copy. */
  recorded(value: unknown): unknown;
  /** A text as it would stand in this log. */
  redacted(text: string): string;
  /** Makes a value secret from here on; it becomes `<redacted:NAME>`. */
  conceal(name: string, value: string): void;
  /** Called with every event, in order, right after it was kept. Returns the way to unsubscribe. */
  subscribe(listener: (event: LogEvent) => void): () => void;
  /**
   * Like `subscribe`, for somebody who reads the event while it is told and neither changes it nor hands it on: a fold.
   * Where nobody else looks on nothing is frozen then, which is half of what an append takes.
   */
  follow(reader: (event: LogEvent) => void): () => void;
  readonly state: LogState;
  /** Syncs and closes the file. Appending afterwards is a bug and throws. */
  close(): void;
}

export interface LogState {
  /** Where the log is; absent in memory. */
  readonly path?: string;
  /** Every event appended so far is kept. */
  readonly complete: boolean;
  /** `seq` of the last event that is kept, -1 when there is none. */
  readonly lastSeq: number;
  /** The first write error; nothing has been written since. */
  readonly poisoned?: PflowError;
}
