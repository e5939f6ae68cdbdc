// Appends to a log and returns the event that subscribers get.
import type { EventDraft, LogEvent } from '../../../src/events/event.ts';
import type { EventLog } from '../../../src/log/write/event-log.ts';

export function appended(log: EventLog, draft: EventDraft): LogEvent {
  const notified: LogEvent[] = [];
  const unsubscribe = log.subscribe((event) => notified.push(event));
  try {
    log.append(draft);
  } finally {
    unsubscribe();
  }
  const [event] = notified;
  if (event === undefined) throw new Error(`no event of type "${draft.type}" was emitted`);
  return event;
}
