// An answer that is none: the model refused, a filter of the provider took its words away, or there was nothing
// in it. It is paid, so the client hands it over like any other, and whoever wants to use it asks here first.
import type { ModelAnswer } from './model.ts';
import { ModelFailure } from './model-failure.ts';

const LONGEST_QUOTE = 300;

/** Throws MODEL_REFUSED or MODEL_ANSWER_INVALID; what the model said is in the details, never in the message. */
export function requireAnswer({ finish_reason, model, text, usage }: ModelAnswer): void {
  const said = text.trim();
  const details = said === '' ? {} : { details: [`it said: ${excerpt(said)}`] };
  if (finish_reason === 'content-filter') {
    throw new ModelFailure('MODEL_REFUSED', `${model}: the model refused to answer`, {
      hint: 'Change the prompt, or use another model; trying again does not help.',
      usage,
      ...details,
    });
  }
  if (finish_reason === 'error') {
    throw new ModelFailure('MODEL_ANSWER_INVALID', `${model}: the answer holds no message`, {
      hint: 'Run again, or use another model.',
      usage,
      ...details,
    });
  }
}

function excerpt(said: string): string {
  return said.length > LONGEST_QUOTE ? `${said.slice(0, LONGEST_QUOTE)}…` : said;
}
