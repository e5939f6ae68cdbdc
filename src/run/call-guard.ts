// A model client that asks before each call whether it may be made.
import type { ModelClient } from '../models/model.ts';
import type { RunRequest } from './run-request.ts';

/** A call that is refused was never made: nobody else hears of it. */
export function guardedClient(inner: ModelClient, beforeCall: RunRequest['beforeCall']): ModelClient {
  if (beforeCall === undefined) return inner;
  return {
    async answer(request, signal, asker) {
      beforeCall(request);
      return inner.answer(request, signal, asker);
    },
  };
}
