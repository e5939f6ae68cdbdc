// Defines the form of an event in memory: envelope and payload. The checksum belongs to the line, not to the event.
import * as z from 'zod';
import type { EventData, EventType, ExtensionType } from './vocabulary.ts';

/** The part of a run that an event belongs to. */
export type Phase = 'planner' | 'workflow';

/** The place of an event in its run. An absent `visit` or `attempt` is 1, an absent `item` means no batch. */
export interface EventPlace {
  readonly phase?: Phase;
  /** Node id; inside a nested workflow `parent/child`. */
  readonly node?: string;
  readonly visit?: number;
  readonly item?: number;
  readonly attempt?: number;
}

interface EventStamp {
  /** Position in its run, dense from 0. */
  readonly seq: number;
  /** UUIDv7 of the run. */
  readonly run: string;
  /** ISO-8601 UTC with milliseconds, for display and for the date of prices. */
  readonly at: string;
  /** Monotonic milliseconds since the run started. */
  readonly ms: number;
}

/** An event of type `T`: envelope and payload. */
export interface EventOf<T extends EventType> extends EventStamp, EventPlace {
  readonly type: T;
  readonly data: EventData<T>;
}

/** A custom event of a node or a user; every reader may ignore it. */
export interface ExtensionEvent extends EventStamp, EventPlace {
  readonly type: ExtensionType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Any event of a log. Check `type` to narrow it. */
export type LogEvent = { [T in EventType]: EventOf<T> }[EventType] | ExtensionEvent;

/** An event to append: the log adds `seq`, `run`, `at` and `ms`. */
export type EventDraft =
  | { [T in EventType]: EventPlace & { readonly type: T; readonly data: EventData<T> } }[EventType]
  | (EventPlace & {
      readonly type: ExtensionType;
      readonly data: Readonly<Record<string, unknown>>;
    });

/** Checks the envelope of a line, not its payload: the schema of its type does. Unknown keys are allowed. */
export const envelopeSchema = z.object({
  type: z.string().min(1),
  seq: z.int().nonnegative(),
  run: z.string().min(1),
  at: z.string().min(1),
  ms: z.number().nonnegative(),
  phase: z.enum(['planner', 'workflow']).optional(),
  node: z.string().optional(),
  visit: z.int().positive().optional(),
  item: z.int().nonnegative().optional(),
  attempt: z.int().positive().optional(),
  data: z.record(z.string(), z.unknown()),
});
