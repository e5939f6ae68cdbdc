// Keeps every answered model call in `shared["__llm_calls__"]`. Nodes read it there, with and without a log.
import type { Usage } from '../events/usage.ts';
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';

const CALL_HISTORY_KEY = '__llm_calls__';

export function clientWithHistory(inner: ModelClient, shared: SharedStore): ModelClient {
  return {
    async answer(request, signal, caller, details) {
      const answered = await inner.answer(request, signal, caller, details);
      addToHistory(shared, answered.response_model ?? answered.model, answered.usage, caller);
      return answered;
    },
  };
}

export function addToHistory(
  shared: SharedStore,
  model: string,
  usage: Usage,
  caller: string | undefined,
): void {
  const history: unknown = shared[CALL_HISTORY_KEY];
  // Frozen: a comparison of the list after each node can then skip the earlier calls.
  const call = Object.freeze({ model, ...usage, ...present({ node_id: caller }) });
  if (Array.isArray(history)) history.push(call);
  else shared[CALL_HISTORY_KEY] = [call];
}
