// Marks model calls that an earlier worker may have made, too: what those cost is not known.
import type { ModelAnswer, ModelClient } from '../models/model.ts';
import { getCurrentNode } from '../wrappers/current-node.ts';

const DOUBT = {
  code: 'USAGE_UNREAD',
  reason: 'a worker that died may have made the call before, and its usage is not known',
} as const;

export function doubtOfRepetition(answer: ModelAnswer): ModelAnswer {
  return { ...answer, usage_doubts: [...(answer.usage_doubts ?? []), DOUBT] };
}

/** Answers calls with a doubt in the node that was in flight. */
export function markRepeated(inner: ModelClient, isRepeated: (node: string) => boolean): ModelClient {
  return {
    async answer(...call) {
      const answer = await inner.answer(...call);
      return isRepeated(getCurrentNode()?.place.node ?? '') ? doubtOfRepetition(answer) : answer;
    },
  };
}
