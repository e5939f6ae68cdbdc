// Names whose price is that of another seller, region or model: always with a doubt.
import { describe, expect, test } from 'vitest';
import { MILLION, priceOfCall } from '../../../support/model-calls.ts';

const AT = '2026-11-20T12:00:00.000Z';

/** Cost of a million input and output tokens, the entry, and the codes of doubts. */
function priced(model: string): string {
  const usage = { input_tokens: MILLION, output_tokens: MILLION };
  const call = priceOfCall({ model, usage, at: AT });
  const codes = call.doubts.map(({ code }) => code);
  return [call.state === 'priced' ? call.cost_usd : call.state, call.rate.entry, ...codes].join(' ');
}

describe('a seller without a price of its own', () => {
  test.each([
    ['azure/gpt-4o', '12.5 openai/gpt-4o SELLER_ASSUMED'],
    ['azure/claude-opus-4-5', '30 anthropic/claude-opus-4-5 SELLER_ASSUMED'],
    ['azure/mistral-large-2411', '8 mistral/mistral-large SELLER_ASSUMED'],
    ['azure/deepseek-v3.2', '2.26 azure/deepseek-v3.2 REGION_ASSUMED'],
    ['azure/o3-mini', '5.5 azure/o3-mini REGION_ASSUMED'],
    ['vertex_ai/claude-opus-4-5@20251101', '30 anthropic/claude-opus-4-5 SELLER_ASSUMED'],
    ['google-vertex-anthropic/claude-haiku-4-5@20251001', '6 anthropic/claude-haiku-4-5 SELLER_ASSUMED'],
    ['claude-opus-4-5@20251101', '30 anthropic/claude-opus-4-5 SELLER_ASSUMED'],
    ['vertex_ai/claude-opus-4-7@default', '30 google/claude-opus-4-7 REGION_ASSUMED'],
    ['vertex_ai/openai/gpt-oss-120b-maas', '0.219 openai/gpt-oss-120b SELLER_ASSUMED'],
    ['vertex_ai/gemini-2.5-flash', '2.8 google/gemini-2.5-flash'],
    ['zai/glm-4.7', '1.379 zhipuai/glm-4.7 SELLER_ASSUMED'],
    ['zhipu/glm-4.7', '1.379 zhipuai/glm-4.7'],
    ['openrouter/anthropic/claude-opus-4-5', '30 anthropic/claude-opus-4-5 SELLER_ASSUMED'],
    ['litellm_proxy/openai/gpt-4o', '12.5 openai/gpt-4o SELLER_ASSUMED'],
    ['github/openai/gpt-4.1', '10 openai/gpt-4.1 SELLER_ASSUMED'],
    ['groq/gpt-oss-120b', '0.75 groq/openai/gpt-oss-120b'],
    ['groq/kimi-k2-instruct-0905', '4 groq/moonshotai/kimi-k2-instruct'],
    ['openrouter/gpt-4o', 'estimated anthropic/claude-sonnet-4-0'],
    ['azure/eu/gpt-4o', '12.5 openai/gpt-4o SELLER_ASSUMED REGION_ASSUMED'],
    ['azure/us/o3-mini', '5.5 azure/o3-mini REGION_ASSUMED REGION_ASSUMED'],
    ['azure/global/gpt-4o', '12.5 openai/gpt-4o SELLER_ASSUMED'],
    ['azure/mars/gpt-4o', 'estimated anthropic/claude-sonnet-4-0'],
    ['acme/gpt-4o', 'estimated anthropic/claude-sonnet-4-0'],
  ])('%s: %s', (model, expected) => {
    expect(priced(model)).toBe(expected);
  });
});

describe('a region without a price of its own', () => {
  test.each([
    [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      '19.8 aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    [
      'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      '19.8 aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['global.anthropic.claude-opus-4-8', '30 aws/global.anthropic.claude-opus-4-8-v1:0'],
    [
      'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
      '19.8 aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 REGION_ASSUMED',
    ],
    ['us.amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0'],
    ['bedrock/eu.amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0 REGION_ASSUMED'],
    ['apac.amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0 REGION_ASSUMED'],
    [
      'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0',
      '4 aws/amazon.nova-pro-v1:0 REGION_ASSUMED',
    ],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0'],
    ['bedrock/us-west-2/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0'],
    ['bedrock/sa-east-1/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0 REGION_ASSUMED'],
    [
      'bedrock/us-gov-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0',
      '19.8 aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 REGION_ASSUMED',
    ],
    ['us.amazon.nova-2-lite-v1:0', '3.08 aws/regional.amazon.nova-2-lite-v1:0'],
    ['jp.amazon.nova-2-lite-v1:0', '3.08 aws/regional.amazon.nova-2-lite-v1:0 REGION_ASSUMED'],
  ])('%s: %s', (model, expected) => {
    expect(priced(model)).toBe(expected);
  });
});

describe('a name at Bedrock with more than a region', () => {
  test.each([
    ['bedrock/converse/us.amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0'],
    ['bedrock/invoke/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0'],
    ['bedrock/us-east-1/1-month-commitment/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0 TIER_UNPRICED'],
    ['bedrock/*/6-month-commitment/amazon.nova-pro-v1:0', '4 aws/amazon.nova-pro-v1:0 TIER_UNPRICED'],
    [
      'bedrock/sa-east-1/1-month-commitment/amazon.nova-pro-v1:0',
      '4 aws/amazon.nova-pro-v1:0 REGION_ASSUMED TIER_UNPRICED',
    ],
  ])('%s: %s', (model, expected) => {
    expect(priced(model)).toBe(expected);
  });
});

describe('a name whose model changes', () => {
  test.each([
    ['gemini-pro-latest', '22 google/gemini-3.1-pro-preview NAME_FLOATING'],
    ['models/gemini-flash-latest', '4.5 google/gemini-3.8-flash NAME_FLOATING'],
    ['mistral-large-latest', '8 mistral/mistral-large NAME_FLOATING'],
    ['claude-3-5-sonnet-latest', '18 anthropic/claude-3-5-sonnet NAME_FLOATING'],
    ['grok-latest', '16 x-ai/grok-4.5 NAME_FLOATING'],
  ])('%s: %s', (model, expected) => {
    expect(priced(model)).toBe(expected);
  });

  test('the model in the answer is what was called, so its price is certain', () => {
    const usage = { input_tokens: MILLION };
    const facts = { model: 'google/gemini-pro-latest', response_model: 'gemini-2.5-pro', usage, at: AT };
    const call = priceOfCall(facts);
    expect([call.cost_usd, call.rate.by, call.doubts]).toEqual(['2.5', 'response_model', []]);
  });
});

describe('a fine-tuned model', () => {
  test.each([
    ['ft:gpt-4.1-2025-04-14:org::id', '15 openai/ft:gpt-4.1'],
    ['openai/ft:gpt-4.1-mini-2025-04-14:org:name:id', '4 openai/ft:gpt-4.1-mini'],
    ['ft:gpt-4.1-nano-2025-04-14:org::id', '1 openai/ft:gpt-4.1-nano'],
    ['ft:gpt-3.5-turbo-0125:org::id', '9 openai/ft:gpt-3.5-turbo-'],
    ['ft:o4-mini-2025-04-16:org::id', '20 openai/ft:o4-mini'],
    ['ft:gpt-5:org::id', '11.25 openai/gpt-5 TIER_UNPRICED'],
    ['azure/ft:gpt-4o-2024-08-06:org::id', '18.75 openai/ft:gpt-4o SELLER_ASSUMED'],
  ])('%s: %s', (model, expected) => {
    expect(priced(model)).toBe(expected);
  });
});
