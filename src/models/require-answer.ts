// Rejects an answer that cannot be used. The model refused, a filter of the provider removed the text, or the answer is
// empty. Such an answer is paid, so the client returns it like any other, and its users check it here.
import type { ModelAnswer } from './model.ts';
import { ModelFailure } from './model-failure.ts';

const LONGEST_QUOTE = 300;

/** Throws MODEL_REFUSED or MODEL_ANSWER_INVALID. Text of the model is in the details, never in the message. */
export function requireAnswer({ finish_reason, model, text, usage }: ModelAnswer): void {
  const written = text.trim();
  const details = written === '' ? {} : { details: [`the model wrote: ${shorten(written)}`] };
  if (finish_reason === 'content-filter') {
    throw new ModelFailure('MODEL_REFUSED', `${model}: the model refused to answer`, {
      hint: 'Change the prompt, or use another model; a retry does not help.',
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

function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
