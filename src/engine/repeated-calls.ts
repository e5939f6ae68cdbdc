// Marks model calls that an earlier worker may have made, too: what those cost is not known.
import { ModelFailure, type ModelFailureCode } from '../models/model-failure.ts';
import type { ModelAnswer, ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';

const DOUBT = {
  code: 'USAGE_UNREAD',
  reason: 'a worker that died may have made the call before, and its usage is not known',
} as const;

export function doubtOfRepetition(answer: ModelAnswer): ModelAnswer {
  return { ...answer, usage_doubts: [...(answer.usage_doubts ?? []), DOUBT] };
}

/** Answers calls with a doubt in the step that was in flight. */
export function markRepeated(inner: ModelClient, isRepeated: () => boolean): ModelClient {
  return {
    async answer(...call) {
      try {
        const answer = await inner.answer(...call);
        return isRepeated() ? doubtOfRepetition(answer) : answer;
      } catch (error) {
        throw error instanceof ModelFailure && isRepeated() ? unmeteredFailure(error) : error;
      }
    },
  };
}

/** A failure costs nothing, but the call before may have been answered. */
function unmeteredFailure(failure: ModelFailure): ModelFailure {
  const { code, message, ...facts } = failure;
  const unmetered = { ...facts, unmetered: true, usage: undefined, provider_cost_usd: undefined };
  return new ModelFailure(code as ModelFailureCode, message, present(unmetered));
}
