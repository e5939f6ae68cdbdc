// `shared["__llm_calls__"]`: every answered model call of the run, in every mode, for nodes that read it.
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';

export const CALL_HISTORY_KEY = '__llm_calls__';

export function clientWithHistory(inner: ModelClient, shared: SharedStore): ModelClient {
  return {
    async answer(request, signal, asker) {
      const answered = await inner.answer(request, signal, asker);
      const list: unknown = shared[CALL_HISTORY_KEY];
      // Frozen, so that whoever compares the list after each node need not look into what is in it already.
      const call = Object.freeze({
        model: answered.response_model ?? answered.model,
        ...answered.usage,
        ...(asker === undefined ? {} : { node_id: asker }),
      });
      if (Array.isArray(list)) list.push(call);
      else shared[CALL_HISTORY_KEY] = [call];
      return answered;
    },
  };
}
