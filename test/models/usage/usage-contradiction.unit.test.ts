import { describe, expect, test } from 'vitest';
import { anthropicBill } from '../../../src/models/usage/anthropic-bill.ts';
import { googleBill } from '../../../src/models/usage/google-bill.ts';
import { openaiChatBill } from '../../../src/models/usage/openai-chat-bill.ts';
import { openaiResponsesBill } from '../../../src/models/usage/openai-responses-bill.ts';
import { findInvalidCount } from '../../../src/models/usage/invalid-count.ts';

const EXCEEDS = 'cached tokens exceed the input that they are part of';

describe('cached tokens that exceed the input', () => {
  test('OpenAI chat: the bill reports it and counts the cached tokens as reported', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      prompt_tokens_details: { cached_tokens: 101 },
    };
    expect(openaiChatBill({ usage })).toEqual({
      usage: {
        input_tokens: 0,
        output_tokens: 10,
        total_tokens: 110,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 101,
      },
      usage_contradiction: EXCEEDS,
      raw_usage: usage,
    });
  });

  test('OpenAI responses and Google: the bill reports it', () => {
    const usage = { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 2 } };
    expect(openaiResponsesBill({ usage }).usage_contradiction).toBe(EXCEEDS);
    const usageMetadata = { promptTokenCount: 1, cachedContentTokenCount: 2, candidatesTokenCount: 1 };
    expect(googleBill({ usageMetadata }).usage_contradiction).toBe(EXCEEDS);
  });

  test('as many cached tokens as input are valid, and Anthropic counts them separately', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 5 } };
    expect(openaiChatBill({ usage }).usage_contradiction).toBeUndefined();
    const apart = { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 900 };
    expect(anthropicBill({ usage: apart }).usage_contradiction).toBeUndefined();
  });
});

describe('an invalid count', () => {
  test('is left out of the usage and reported', () => {
    const usage = { input_tokens: -5, output_tokens: 3 };
    expect(anthropicBill({ usage })).toMatchObject({
      usage: { input_tokens: 0, output_tokens: 3 },
      usage_contradiction: 'input_tokens is -5',
    });
  });

  test.each([
    [{ output_tokens: 1.5 }, 'output_tokens is 1.5'],
    [{ details: { cached_tokens: -1 } }, 'cached_tokens is -1'],
    [{ promptTokenCount: 1e300 }, 'promptTokenCount is 1e+300'],
    [{ image_token_count: -0.1 }, 'image_token_count is -0.1'],
    [{ cost: 0.00123, ratio: -1, tokens: 3 }, undefined],
    [{ tokens: '-1', list: [{ tokens: -1 }] }, undefined],
    [null, undefined],
    ['-1', undefined],
  ])('%j', (raw, expected) => {
    expect(findInvalidCount(raw)).toBe(expected);
  });

  test('the search ends in numbers that are nested too deep', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(2000)}{"tokens":-1}${'}'.repeat(2000)}`) as unknown;
    expect(findInvalidCount(deep)).toBeUndefined();
  });
});
