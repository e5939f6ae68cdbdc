import { describe, expect, test } from 'vitest';
import { matchModel } from '../../../../projections/pricing/names/match-model.ts';
import { nearestNames } from '../../../../projections/pricing/names/nearest-names.ts';
import { priceBookOf, catalogue } from '../../../support/model-calls.ts';

const CARD = { input: 1, output: 2 };

describe('a model name matches its entry', () => {
  test.each([
    ['anthropic/claude-sonnet-4-0', 'anthropic/claude-sonnet-4-0', 'exact'],
    ['gpt-4o-mini', 'openai/gpt-4o-mini', 'alias'],
    [' GPT-4o-Mini ', 'openai/gpt-4o-mini', 'alias'],
    ['openai/gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini', 'vendor prefix'],
    ['anthropic/claude-3-haiku-20240307', 'anthropic/claude-3-haiku', 'vendor prefix, date suffix'],
    ['Claude-3-5-Sonnet-20241022', 'anthropic/claude-3-5-sonnet', 'date suffix'],
    ['claude-3-5-haiku-latest', 'anthropic/claude-3-5-haiku-latest', 'alias'],
    ['gemini/gemini-2.5-pro', 'google/gemini-2.5-pro', 'vendor prefix'],
    ['models/gemini-2.5-pro', 'google/gemini-2.5-pro', 'vendor prefix'],
    ['gemini-2.5-pro-preview-06-05', 'google/gemini-2.5-pro', 'date suffix'],
    ['gemini-2.0-flash-001', 'google/gemini-2.0-flash', 'version suffix'],
    ['publishers/google/models/gemini-2.5-flash', 'google/gemini-2.5-flash', 'Vertex id'],
    ['vertex_ai/claude-sonnet-4@20250514', 'google/claude-4-sonnet', 'vendor prefix, date suffix'],
    ['claude-sonnet-4@20250514', 'google/claude-4-sonnet', 'Vertex id, date suffix'],
    ['azure/gpt-4o', 'openai/gpt-4o', 'vendor prefix, price of openai'],
    ['azure/gpt-35-turbo', 'openai/gpt-3.5-turbo', 'vendor prefix, price of openai'],
    ['openrouter/openai/gpt-4o-mini', 'openrouter/openai/gpt-4o-mini', 'exact'],
    ['xai/grok-4-latest', 'x-ai/grok-4-0709', 'vendor prefix'],
    ['ft:gpt-4o-2024-08-06:org::id', 'openai/ft:gpt-4o', 'home vendor, fine-tune, date suffix'],
    [
      'us.anthropic.claude-sonnet-4-20250514-v1:0',
      'aws/regional.anthropic.claude-sonnet-4-20250514-v1:0',
      'Bedrock id',
    ],
    [
      'bedrock/converse/global.anthropic.claude-opus-4-5-20251101-v1:0',
      'aws/global.anthropic.claude-opus-4-5-v1:0',
      'Bedrock id, date suffix',
    ],
    [
      'arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0',
      'aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0',
      'Bedrock id',
    ],
  ])('%s', (name, entry, rule) => {
    expect(matchModel(catalogue, name)).toMatchObject({ entry, rule });
  });

  test.each([
    'gpt-40',
    'gpt-4o-mini-fake-9999',
    'gpt',
    'claude',
    'sonnet',
    'command-a-plus-05-2026',
    'mistral/mistral-large-2402',
    'gpt-4.1-2031-13-45',
    'openrouter/gpt-4o-mini',
    'mycompany/gpt-4o-mini',
    '',
    '/',
    '__proto__',
    'constructor',
  ])('"%s" matches no entry', (name) => {
    expect(matchModel(catalogue, name)).toBeNull();
  });

  test('a date does not match a different release with its own entry', () => {
    expect(matchModel(catalogue, 'gpt-4o-2024-05-13')?.entry).toBe('openai/gpt-4o-2024-05-13');
    expect(matchModel(catalogue, 'gpt-4o-2024-08-06')?.entry).toBe('openai/gpt-4o');
  });
});

describe("a user's book", () => {
  test('a bare name without a seller is found with a prefix', () => {
    const book = priceBookOf({ 'my-model': CARD });
    expect(matchModel(book, 'acme/my-model')).toMatchObject({ entry: 'my-model', rule: 'vendor prefix' });
  });

  test('a name with a prefix is found bare at its home vendor, and not at another seller', () => {
    const book = priceBookOf({ 'openai/gpt-4o': CARD });
    expect(matchModel(book, 'gpt-4o')).toMatchObject({ entry: 'openai/gpt-4o', rule: 'home vendor' });
    expect(matchModel(book, 'openrouter/gpt-4o')).toBeNull();
  });

  test('an entry of one seller is not found at another', () => {
    const book = priceBookOf({ 'my-model': { ...CARD, provider: 'acme' } });
    expect(matchModel(book, 'acme/my-model')?.entry).toBe('my-model');
    expect(matchModel(book, 'other/my-model')).toBeNull();
  });
});

describe('the nearest names', () => {
  test('are suggested for a likely misspelling', () => {
    expect(nearestNames('gpt-40', catalogue.names.keys())).toEqual(['gpt-4', 'gpt-4o', 'gpt-4.1']);
  });

  test('are an empty list if no name is similar', () => {
    expect(nearestNames('zzzzzz', catalogue.names.keys())).toEqual([]);
  });
});
