// Collects the events of a model call: its request, its answer and its bill. Which ones exist depends on the level of
// the log and on how the call ended.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import type { ModelCall } from '../../src/events/model-call.ts';

export interface CallRecord {
  readonly call: number;
  prompted: EventOf<'llm.prompted'> | null;
  completed: EventOf<'llm.completed'> | null;
  failed: EventOf<'llm.failed'> | null;
  answered: EventOf<'llm.answered'> | null;
}

/** The events that records of calls keep. */
export type CallEvent = EventOf<'llm.prompted'> | ModelCall | EventOf<'llm.answered'>;

export const CALL_TYPES = ['llm.prompted', 'llm.completed', 'llm.failed', 'llm.answered'] as const;

export function isCallEvent(event: LogEvent): event is CallEvent {
  return (CALL_TYPES as readonly string[]).includes(event.type);
}

/** Keeps the first event of each type. Returns true for the first event of a call. */
export function collectCall(calls: Map<number, CallRecord>, event: CallEvent): boolean {
  const { call } = event.data;
  let record = calls.get(call);
  const isNew = record === undefined;
  if (record === undefined) {
    record = { call, prompted: null, completed: null, failed: null, answered: null };
    calls.set(call, record);
  }
  switch (event.type) {
    case 'llm.prompted':
      record.prompted ??= event;
      break;
    case 'llm.completed':
      record.completed ??= event;
      break;
    case 'llm.failed':
      record.failed ??= event;
      break;
    case 'llm.answered':
      record.answered ??= event;
      break;
    default:
      event satisfies never;
  }
  return isNew;
}

export function mergeCallRecords(a: CallRecord, b: CallRecord): CallRecord {
  return {
    call: a.call,
    prompted: a.prompted ?? b.prompted,
    completed: a.completed ?? b.completed,
    failed: a.failed ?? b.failed,
    answered: a.answered ?? b.answered,
  };
}
