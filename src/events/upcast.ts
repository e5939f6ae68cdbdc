// Converts events of older formats to the current one: one small pure function for each step from a format to the next.
// An event stays one event and keeps its place in its run.
import { FORMAT } from './vocabulary.ts';

/** An event of any format. All formats have the same envelope. */
export interface AnyEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Converts type and payload of an event to the next format. Returns most events unchanged. */
export type Upcast = (event: AnyEvent) => AnyEvent;

export interface Formats {
  /** The format that is written. */
  readonly current: number;
  /** In order: the first one converts format 1 to format 2. */
  readonly upcasts: readonly Upcast[];
}

/** Format 1 is the first and needs no conversion. */
export const FORMATS: Formats = { current: FORMAT, upcasts: [] };

/** Converts `event` from `format` to the current format. */
export function upcast<E extends AnyEvent>(event: E, format: number, { current, upcasts }: Formats): E {
  if (format >= current) return event;
  const steps = upcasts.slice(Math.max(0, format - 1), current - 1);
  const { type, data } = steps.reduce<AnyEvent>((older, step) => step(older), event);
  return { ...event, type, data };
}
