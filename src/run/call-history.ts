// Keeps `shared["__llm_calls__"]`: every answered model call of the run, in every mode, for nodes that read it.
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';

const CALL_HISTORY_KEY = '__llm_calls__';

export function clientWithHistory(inner: ModelClient, shared: SharedStore): ModelClient {
  return {
    async answer(request, signal, caller) {
      const answered = await inner.answer(request, signal, caller);
      const history: unknown = shared[CALL_HISTORY_KEY];
      const model = answered.response_model ?? answered.model;
      // Frozen, so that a comparison of the list after each node can skip the calls that it holds already.
      const call = Object.freeze({ model, ...answered.usage, ...present({ node_id: caller }) });
      if (Array.isArray(history)) history.push(call);
      else shared[CALL_HISTORY_KEY] = [call];
      return answered;
    },
  };
}
