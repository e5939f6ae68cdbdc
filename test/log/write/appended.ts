// Appends to a log and returns what became of it, as a subscriber is told.
import type { EventDraft, LogEvent } from '../../../src/events/event.ts';
import type { EventLog } from '../../../src/log/write/event-log.ts';

export function appended(log: EventLog, draft: EventDraft): LogEvent {
  const told: LogEvent[] = [];
  const unsubscribe = log.subscribe((event) => told.push(event));
  try {
    log.append(draft);
  } finally {
    unsubscribe();
  }
  const [event] = told;
  if (event === undefined) throw new Error(`nobody was told of "${draft.type}"`);
  return event;
}
