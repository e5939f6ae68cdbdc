// Defines the end of a model call, answered or failed: the events with its usage and its cost.
import type { EventOf, LogEvent } from './event.ts';

export type ModelCall = EventOf<'llm.completed'> | EventOf<'llm.failed'>;

export const MODEL_CALL_TYPES = ['llm.completed', 'llm.failed'] as const;

export function isModelCall(event: LogEvent): event is ModelCall {
  // Compared one by one: this runs for every event of a log.
  return event.type === 'llm.completed' || event.type === 'llm.failed';
}
