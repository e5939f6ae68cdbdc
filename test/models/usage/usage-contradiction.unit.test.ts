// Invariant: counts of a provider that contradict each other, or that are not counts, are a doubt.
import { describe, expect, test } from 'vitest';
import type { Doubt } from '../../../src/events/doubts.ts';
import { readBill } from '../../../src/models/usage/bill.ts';

const doubtsOf = (provider: string, body: unknown): readonly Doubt[] | undefined =>
  readBill(body, { provider, model: '' }).usage_doubts;

const EXCEEDS = [{ code: 'TOTAL_MISMATCH', reason: 'cached tokens exceed the input that they are part of' }];

describe('cached tokens that exceed the input', () => {
  test('OpenAI chat: the bill reports it and counts the cached tokens as reported', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      prompt_tokens_details: { cached_tokens: 101 },
    };
    expect(readBill({ usage }, { provider: 'openai', model: '' })).toEqual({
      usage: {
        input_tokens: 0,
        output_tokens: 10,
        total_tokens: 111,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 101,
      },
      usage_doubts: EXCEEDS,
      raw_usage: usage,
    });
  });

  test('OpenAI responses and Google: the bill reports it', () => {
    const usage = { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 2 } };
    expect(doubtsOf('openai', { usage })).toEqual(EXCEEDS);
    const usageMetadata = { promptTokenCount: 1, cachedContentTokenCount: 2, candidatesTokenCount: 1 };
    expect(doubtsOf('google', { usageMetadata })).toEqual(EXCEEDS);
  });

  test('as many cached tokens as input are valid, and Anthropic counts them separately', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 5 } };
    expect(doubtsOf('openai', { usage })).toBeUndefined();
    const apart = { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 900 };
    expect(doubtsOf('anthropic', { usage: apart })).toBeUndefined();
  });
});

test.each([
  [{ prompt_tokens: -5, completion_tokens: 3 }, 'prompt_tokens is not a count'],
  [{ prompt_tokens: 5, completion_tokens: 1.5 }, 'completion_tokens is a fraction'],
  [{ prompt_tokens: 5, completion_tokens: 1e300 }, 'completion_tokens is not a count'],
  [{ prompt_tokens: 5, completion_tokens: true }, 'completion_tokens is not a count'],
  [{ prompt_tokens: 5, completion_tokens: 'many' }, 'completion_tokens is not a count'],
  [
    { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: -1 } },
    'cached_tokens is not a count',
  ],
])('%j has an invalid count', (usage, reason) => {
  expect(doubtsOf('acme', { usage })).toContainEqual({ code: 'USAGE_UNREAD', reason });
});

test('counts as texts, with .0 and as null are read', () => {
  const usage = {
    prompt_tokens: '120',
    completion_tokens: '30.0',
    total_tokens: 150.0,
    prompt_tokens_details: { cached_tokens: null },
    completion_tokens_details: null,
  };
  expect(readBill({ usage }, { provider: 'acme', model: '' })).toMatchObject({
    usage: { input_tokens: 120, output_tokens: 30, total_tokens: 150 },
  });
  expect(doubtsOf('acme', { usage })).toBeUndefined();
});

test('the search for unread counts ends in numbers that are nested too deep', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(2000)}{"tokens":-1}${'}'.repeat(2000)}`) as unknown;
  expect(doubtsOf('acme', { usage: deep })).toBeUndefined();
});
