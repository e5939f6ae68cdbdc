import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { normalizeModelName, parseModelName } from '../../src/models/model-name.ts';
import { thrownBy } from './thrown-by.ts';

const router = { base_url: 'https://router.example/v1', api_key_env: 'ROUTER_KEY' };

describe('a model name', () => {
  it.each([
    ['anthropic/claude-sonnet-4-0', 'anthropic', 'claude-sonnet-4-0'],
    ['openai/gpt-4o-mini', 'openai', 'gpt-4o-mini'],
    ['google/gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
    ['gemini/gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
    ['ollama/llama3.2:1b', 'ollama', 'llama3.2:1b'],
    ['ollama/library/qwen', 'ollama', 'library/qwen'],
    ['claude-opus-4-1', 'anthropic', 'claude-opus-4-1'],
    ['gpt-4', 'openai', 'gpt-4'],
    ['chatgpt-4o-latest', 'openai', 'chatgpt-4o-latest'],
    ['o1', 'openai', 'o1'],
    ['o3-mini', 'openai', 'o3-mini'],
    ['o4-mini-2025-04-16', 'openai', 'o4-mini-2025-04-16'],
    ['gemini-2.5-flash', 'google', 'gemini-2.5-flash'],
    ['  gpt-4o  ', 'openai', 'gpt-4o'],
  ])('%s has a known form', (text, provider, name) => {
    expect(parseModelName(text)).toEqual({ api: provider, provider, name });
    expect(normalizeModelName(text)).toBe(`${provider}/${name}`);
  });

  it('of a provider of the settings may contain slashes', () => {
    const name = { api: 'custom', provider: 'router', name: 'openai/gpt-4o', custom: router };
    expect(parseModelName('router/openai/gpt-4o', { router })).toEqual(name);
  });

  it('means the built-in provider where the settings have a provider of the same name', () => {
    expect(parseModelName('openai/gpt-4o', { openai: router }).api).toBe('openai');
  });

  it('of no known form is not changed by normalizing', () => {
    expect(normalizeModelName('router/x')).toBe('router/x');
    expect(normalizeModelName('llama3')).toBe('llama3');
    expect(normalizeModelName('')).toBe('');
  });
});

describe('an unknown model name', () => {
  it.each([
    '',
    'llama3',
    'claude-',
    'openai/',
    '/gpt-4o',
    'o',
    'opus-4',
    'constructor/x',
    '__proto__/x',
    'vertex/gemini-2.5-pro',
  ])('"%s" is MODEL_UNKNOWN', (text) => {
    const error = thrownBy(() => parseModelName(text));
    expect(error).toBeInstanceOf(PflowError);
    expect((error as PflowError).code).toBe('MODEL_UNKNOWN');
    expect((error as PflowError).message).toBe(`no provider is known for the model "${text}"`);
  });

  it('is reported with every known form', () => {
    const error = thrownBy(() => parseModelName('mistral-large', { router })) as PflowError;
    expect(error.details).toEqual([
      'providers: anthropic/…, openai/…, google/…, gemini/…, ollama/…, router/…',
      'without a provider: claude-…, gpt-…, chatgpt-…, o1/o3/o4…, gemini-…',
    ]);
    expect(error.hint).toContain('provider/name');
  });

  it.each([
    ['antropic/claude-sonnet-4-0', 'did you mean anthropic/claude-sonnet-4-0?'],
    ['cluade-sonnet-4-0', 'did you mean claude-sonnet-4-0?'],
    ['gemni-2.5-pro', 'did you mean gemini-2.5-pro?'],
    ['ruter/x', 'did you mean router/x?'],
    ['OpenAI/gpt-4o', 'did you mean openai/gpt-4o?'],
  ])('%s gets a suggestion', (text, suggestion) => {
    const error = thrownBy(() => parseModelName(text, { router })) as PflowError;
    expect(error.details.at(-1)).toBe(suggestion);
  });
});
