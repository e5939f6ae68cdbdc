// Reports the warnings about answers, with and without a log.
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';
import type { RunWarning } from './run-request.ts';

/** Reports each warning of a node once: a loop or a retry would repeat it with every call. */
export function clientWithWarnings(inner: ModelClient, warn: (warning: RunWarning) => void): ModelClient {
  const known = new Set<string>();
  return {
    async answer(request, signal, caller, details) {
      const answered = await inner.answer(request, signal, caller, details);
      const { answerWarnings } = await import('../models/answer-warnings.ts');
      for (const { code, message } of answerWarnings(answered, request)) {
        const text = caller === undefined ? message : `node "${caller}": ${message}`;
        if (!known.has(text)) warn({ code, message: text, ...present({ node_id: caller }) });
        known.add(text);
      }
      return answered;
    },
  };
}
