// Logs of older formats, read as if they had been written today: one small pure function for each step from a format
// to the next. An event stays one event, with its place in its run.
import { FORMAT } from './vocabulary.ts';

/** An event of any format: the envelope is the same in all of them. */
export interface AnyEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Changes type and payload of an event of one format into those of the next; most it returns as they are. */
export type Upcast = (event: AnyEvent) => AnyEvent;

export interface Formats {
  /** What is written today. */
  readonly current: number;
  /** The first one leads from format 1 to format 2, and so on up to the current one. */
  readonly upcasts: readonly Upcast[];
}

/** Format 1 is the first: no step leads to it. */
export const FORMATS: Formats = { current: FORMAT, upcasts: [] };

/** `event`, written in `format`, as it would be written today. */
export function upcast<E extends AnyEvent>(event: E, format: number, { current, upcasts }: Formats): E {
  if (format >= current) return event;
  const steps = upcasts.slice(Math.max(0, format - 1), current - 1);
  const { type, data } = steps.reduce<AnyEvent>((older, step) => step(older), event);
  return { ...event, type, data };
}
