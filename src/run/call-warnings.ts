// Collects the warnings about answers for the outcome of a run, with and without a log.
import { answerWarnings } from '../models/answer-warnings.ts';
import type { ModelClient } from '../models/model.ts';
import { createWarningFilter } from '../models/warning-filter.ts';
import { present } from '../values/present.ts';
import type { RunWarning } from './run-request.ts';

/** Adds to `warnings`. */
export function clientWithWarnings(inner: ModelClient, warnings: RunWarning[]): ModelClient {
  const isNew = createWarningFilter();
  return {
    async answer(request, signal, caller, onSent) {
      const answered = await inner.answer(request, signal, caller, onSent);
      for (const warning of answerWarnings(answered, request)) {
        if (isNew(caller, warning)) warnings.push({ ...warning, ...present({ node_id: caller }) });
      }
      return answered;
    },
  };
}
