// Records the model calls of a nested workflow, for a limit of its own. The events are kept in no log: the
// log of the run has them already.
import type { EventDraft, LogEvent } from '../../events/event.ts';
import type { ModelClient } from '../../models/model.ts';
import { createCallCounter } from '../../wrappers/call-counter.ts';
import { instrumentModel } from '../../wrappers/instrumented-model.ts';
import type { NestedLimit } from '../run-request.ts';
import { systemLogHost } from '../../log/write/log-host.ts';

interface RecordedCalls {
  readonly client: ModelClient;
  readonly log: NestedLimit['log'];
}

export function recordCalls(inner: ModelClient): RecordedCalls {
  const readers = new Set<(event: LogEvent) => void>();
  let seq = 0;
  const append = (draft: EventDraft): void => {
    const at = new Date(systemLogHost.now()).toISOString();
    const event = { ...draft, seq, run: 'nested', at, ms: 0 } as LogEvent;
    seq += 1;
    for (const read of readers) read(event);
  };
  const monotonic = (): number => systemLogHost.monotonic();
  const client = instrumentModel(inner, {
    log: { level: 'metrics', append, redact: (text) => text },
    monotonic,
    calls: createCallCounter(),
  });
  return {
    client,
    log: {
      follow(reader) {
        readers.add(reader);
        return () => readers.delete(reader);
      },
    },
  };
}
