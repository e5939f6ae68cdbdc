// Puts together the events of each model call: its bill and its words.
import type { LogEvent } from '../events/event.ts';
import type { EventData } from '../events/vocabulary.ts';

/** A model call. Level metrics keeps no prompt and no answer. */
export interface NodeCall {
  readonly call: number;
  readonly prompted?: EventData<'llm.prompted'>;
  readonly sent?: EventData<'llm.sent'>;
  readonly completed?: EventData<'llm.completed'>;
  readonly failed?: EventData<'llm.failed'>;
  readonly answered?: EventData<'llm.answered'>;
}

export function nodeCalls(events: Iterable<LogEvent>): NodeCall[] {
  const calls = new Map<number, NodeCall>();
  for (const event of events) {
    const part = partOf(event);
    if (part !== undefined) calls.set(part.call, { ...calls.get(part.call), ...part });
  }
  return [...calls.values()];
}

function partOf(event: LogEvent): NodeCall | undefined {
  switch (event.type) {
    case 'llm.prompted':
      return { call: event.data.call, prompted: event.data };
    case 'llm.sent':
      return { call: event.data.call, sent: event.data };
    case 'llm.completed':
      return { call: event.data.call, completed: event.data };
    case 'llm.failed':
      return { call: event.data.call, failed: event.data };
    case 'llm.answered':
      return { call: event.data.call, answered: event.data };
    default:
      return undefined;
  }
}
