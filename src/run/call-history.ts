// Keeps every answered model call in `shared["__llm_calls__"]`. Nodes read it there, with and without a log.
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';

const CALL_HISTORY_KEY = '__llm_calls__';

export function clientWithHistory(inner: ModelClient, shared: SharedStore): ModelClient {
  return {
    async answer(request, signal, caller, onSent) {
      const answered = await inner.answer(request, signal, caller, onSent);
      const history: unknown = shared[CALL_HISTORY_KEY];
      const model = answered.response_model ?? answered.model;
      // Frozen: a comparison of the list after each node can then skip the earlier calls.
      const call = Object.freeze({ model, ...answered.usage, ...present({ node_id: caller }) });
      if (Array.isArray(history)) history.push(call);
      else shared[CALL_HISTORY_KEY] = [call];
      return answered;
    },
  };
}
