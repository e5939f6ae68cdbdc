// The events of one model call put together: its question, its answer and its bill. Which of them there are
// depends on the level of the log and on how the call ended.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import type { ModelCall } from '../../src/events/model-call.ts';

export interface CallRecord {
  readonly call: number;
  prompted: EventOf<'llm.prompted'> | null;
  completed: EventOf<'llm.completed'> | null;
  failed: EventOf<'llm.failed'> | null;
  answered: EventOf<'llm.answered'> | null;
}

export type CallEvent = EventOf<'llm.prompted'> | ModelCall | EventOf<'llm.answered'>;

export const CALL_TYPES = ['llm.prompted', 'llm.completed', 'llm.failed', 'llm.answered'] as const;

export function isCallEvent(event: LogEvent): event is CallEvent {
  return (CALL_TYPES as readonly string[]).includes(event.type);
}

/** The first event of a kind is kept: a call has one of each. True when the call was not known before. */
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
