// Wraps a model client so that each call can be refused before it is made.
import type { ModelClient } from '../models/model.ts';
import type { RunRequest } from './run-request.ts';

/** A refused call reaches no other layer: it is neither counted nor recorded. */
export function guardedClient(inner: ModelClient, beforeCall: RunRequest['beforeCall']): ModelClient {
  if (beforeCall === undefined) return inner;
  return {
    async answer(request, signal, caller, details) {
      await beforeCall(request, signal);
      return inner.answer(request, signal, caller, details);
    },
  };
}
