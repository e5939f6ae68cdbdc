import { describe, expect, it } from 'vitest';
import type { ModelFailure } from '../../src/models/model-failure.ts';
import type { ModelAnswer } from '../../src/models/model.ts';
import { requireAnswer } from '../../src/models/require-answer.ts';
import { thrownBy } from './thrown-by.ts';

const answer = (finish_reason: string, text: string): ModelAnswer => ({
  text,
  provider: 'openai',
  model: 'openai/gpt-4o',
  usage: { output_tokens: 6 },
  finish_reason,
});

describe('requireAnswer', () => {
  it.each(['stop', 'length', 'other', 'tool-calls'])('accepts an answer that ended with %s', (reason) => {
    expect(() => {
      requireAnswer(answer(reason, 'words'));
    }).not.toThrow();
  });

  it('rejects a refusal and keeps its text out of the message', () => {
    const failure = thrownBy(() => {
      requireAnswer(answer('content-filter', ' I cannot. '));
    }) as ModelFailure;
    expect([failure.code, failure.retryable]).toEqual(['MODEL_REFUSED', false]);
    expect(failure.message).toBe('openai/gpt-4o: the model refused to answer');
    expect(failure.details).toEqual(['the model wrote: I cannot.']);
    expect(failure.usage).toEqual({ output_tokens: 6 });
  });

  it('rejects an empty answer as retryable', () => {
    const failure = thrownBy(() => {
      requireAnswer(answer('error', ''));
    }) as ModelFailure;
    expect([failure.code, failure.retryable, failure.details]).toEqual(['MODEL_ANSWER_INVALID', true, []]);
  });
});
