// Rejects an answer that cannot be used. The model refused, a filter of the provider removed the text, or the answer is
// empty. Such an answer is paid, so the client returns it like any other, and its users check it here.
import type { ModelAnswer, ModelRequest } from './model.ts';
import { ModelFailure, type ModelFailureFacts } from './model-failure.ts';

const LONGEST_QUOTE = 300;

/** Throws MODEL_REFUSED or MODEL_ANSWER_INVALID. Text of the model is in the details, never in the message. */
export function requireAnswer(
  { finish_reason, model, text, usage }: ModelAnswer,
  { output_schema }: Pick<ModelRequest, 'output_schema'> = {},
): void {
  const written = text.trim();
  const facts = { usage, ...(written === '' ? {} : { details: [`the model wrote: ${shorten(written)}`] }) };
  const isEmpty = written === '';
  if (finish_reason === 'refusal' || (finish_reason === 'content-filter' && isEmpty)) {
    throw new ModelFailure('MODEL_REFUSED', `${model}: the model refused to answer`, {
      hint: 'Change the prompt, or use another model; a retry does not help.',
      ...facts,
    });
  }
  if (isEmpty) throw emptyAnswerError(model, finish_reason, usage);
  if (finish_reason === 'error') {
    throw new ModelFailure(
      'MODEL_ANSWER_INVALID',
      `${model}: the provider broke the answer off with an error`,
      {
        hint: 'Run again, or use another model.',
        ...facts,
      },
    );
  }
  if (output_schema !== undefined && (finish_reason === 'length' || finish_reason === 'content-filter')) {
    throw cutAnswerError(model, finish_reason, facts);
  }
}

function emptyAnswerError(model: string, finish_reason: string, usage: ModelAnswer['usage']): ModelFailure {
  if (finish_reason !== 'length') {
    return new ModelFailure('MODEL_ANSWER_INVALID', `${model}: ${describeEmptyAnswer(finish_reason)}`, {
      hint: 'Run again, or use another model.',
      usage,
    });
  }
  const { reasoning_tokens = 0 } = usage;
  const spent = reasoning_tokens > 0 ? ': the model spent it on thinking' : '';
  // The next answer would end at the same limit.
  return new ModelFailure('MODEL_ANSWER_INVALID', `${model}: the limit of tokens left no answer${spent}`, {
    hint: 'Raise max_tokens, or lower "thinking".',
    usage,
    retryable: false,
  });
}

function describeEmptyAnswer(finish_reason: string): string {
  // The answer of a structured request in the form of a tool is read as its text before.
  if (finish_reason === 'tool-calls') return 'the answer is the call of a tool, and no tool was offered';
  const isUsual = ['stop', 'other', 'error'].includes(finish_reason);
  return isUsual ? 'the answer is empty' : `the answer is empty (it stopped with "${finish_reason}")`;
}

/** Not retryable: the next answer would be cut off as well. */
function cutAnswerError(
  model: string,
  finish_reason: 'length' | 'content-filter',
  facts: ModelFailureFacts,
): ModelFailure {
  const isLimit = finish_reason === 'length';
  const problem = isLimit ? 'the answer was cut off before it was whole' : 'a filter cut the answer off';
  return new ModelFailure('MODEL_ANSWER_INVALID', `${model}: ${problem}`, {
    hint: isLimit
      ? 'Raise max_tokens, or request a shorter answer.'
      : 'Change the prompt, or use another model.',
    retryable: false,
    ...facts,
  });
}

function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
