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

const WITH_SCHEMA = { output_schema: { type: 'object' } };

const failureOf = (finish_reason: string, text: string, request = {}): ModelFailure =>
  thrownBy(() => {
    requireAnswer(answer(finish_reason, text), request);
  }) as ModelFailure;

describe('requireAnswer', () => {
  it.each(['stop', 'length', 'content-filter', 'other', 'tool-calls', 'pause_turn'])(
    'accepts a text that ended with %s',
    (reason) => {
      expect(() => {
        requireAnswer(answer(reason, 'words'));
      }).not.toThrow();
    },
  );

  it('rejects a refusal and keeps its text out of the message', () => {
    const failure = failureOf('refusal', ' I cannot. ');
    expect([failure.code, failure.retryable]).toEqual(['MODEL_REFUSED', false]);
    expect(failure.message).toBe('openai/gpt-4o: the model refused to answer');
    expect(failure.details).toEqual(['the model wrote: I cannot.']);
    expect(failure.usage).toEqual({ output_tokens: 6 });
  });

  it('rejects a prompt that a filter blocked as a refusal', () => {
    expect(failureOf('content-filter', ' \n').code).toBe('MODEL_REFUSED');
  });

  it.each([
    ['stop', true, 'the answer is empty'],
    ['error', true, 'the answer is empty'],
    ['pause_turn', true, 'the answer is empty (it stopped with "pause_turn")'],
    ['length', false, 'the limit of tokens left no answer'],
  ])('rejects an answer without text that ended with %s', (reason, retryable, problem) => {
    const failure = failureOf(reason, ' \n');
    expect([failure.code, failure.retryable, failure.details, failure.usage]).toEqual([
      'MODEL_ANSWER_INVALID',
      retryable,
      [],
      { output_tokens: 6 },
    ]);
    expect(failure.message).toBe(`openai/gpt-4o: ${problem}`);
  });

  it('rejects the call of a tool without a text, since no tool is offered', () => {
    const failure = failureOf('tool-calls', '');
    expect([failure.code, failure.retryable]).toEqual(['MODEL_ANSWER_INVALID', true]);
    expect(failure.message).toBe('openai/gpt-4o: the answer is the call of a tool, and no tool was offered');
  });

  it('rejects an answer that the provider broke off, as retryable', () => {
    const failure = failureOf('error', 'Once');
    expect([failure.code, failure.retryable]).toEqual(['MODEL_ANSWER_INVALID', true]);
  });

  it.each(['length', 'content-filter'])(
    'rejects a structured answer that ended with %s, even if it is whole, and lets no retry follow',
    (reason) => {
      const failure = failureOf(reason, '{"a":1}', WITH_SCHEMA);
      expect([failure.code, failure.retryable]).toEqual(['MODEL_ANSWER_INVALID', false]);
      expect(failure.hint).not.toBe(undefined);
    },
  );
});
