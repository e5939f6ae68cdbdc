import { describe, expect, it } from 'vitest';
import type { PflowError } from '../../src/errors.ts';
import { resolveEndpoint, requireKey } from '../../src/models/credentials.ts';
import { parseModelName, type CustomProviders } from '../../src/models/model-name.ts';
import type { Environment } from '../../src/values/environment.ts';
import { thrownBy } from './thrown-by.ts';

const SETTINGS: CustomProviders = {
  router: { base_url: 'https://router.example/api/v1/', api_key_env: 'ROUTER_KEY' },
  local: { base_url: 'http://localhost:8000/v1' },
};

function endpointOf(model: string, env: Environment): { base_url: string; api_key?: string } {
  const { base_url, api_key } = resolveEndpoint(parseModelName(model, SETTINGS), env);
  return { base_url, ...(api_key === undefined ? {} : { api_key }) };
}

describe('the endpoint of a model', () => {
  it.each([
    ['claude-x', { ANTHROPIC_API_KEY: 'k' }, 'https://api.anthropic.com/v1'],
    [
      'claude-x',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://proxy.example' },
      'https://proxy.example/v1',
    ],
    [
      'claude-x',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://proxy.example/v1' },
      'https://proxy.example/v1',
    ],
    [
      'claude-x',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://proxy.example/a/v1/' },
      'https://proxy.example/a/v1',
    ],
    ['claude-x', { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: '' }, 'https://api.anthropic.com/v1'],
    ['gpt-4o', { OPENAI_API_KEY: 'k' }, 'https://api.openai.com/v1'],
    ['gpt-4o', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/' }, 'http://127.0.0.1:9/v1'],
    ['gemini-x', { GEMINI_API_KEY: 'k' }, 'https://generativelanguage.googleapis.com/v1beta'],
    ['gemini-x', { GEMINI_API_KEY: 'k', GOOGLE_BASE_URL: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9/v1beta'],
    ['gemini-x', { GEMINI_API_KEY: 'k', GOOGLE_BASE_URL: 'http://127.0.0.1:9/v1' }, 'http://127.0.0.1:9/v1'],
    ['router/x', { ROUTER_KEY: 'k' }, 'https://router.example/api/v1'],
  ])('for %s with %j is %s', (model, env, base_url) => {
    expect(endpointOf(model, env)).toEqual({ base_url, api_key: 'k' });
  });

  it.each([
    [undefined, 'http://127.0.0.1:11434/v1'],
    ['', 'http://127.0.0.1:11434/v1'],
    ['0.0.0.0', 'http://127.0.0.1:11434/v1'],
    ['gpu.example', 'http://gpu.example:11434/v1'],
    ['gpu.example:8080', 'http://gpu.example:8080/v1'],
    ['https://gpu.example/', 'https://gpu.example/v1'],
    ['http://127.0.0.1:5/v1', 'http://127.0.0.1:5/v1'],
    ['"127.0.0.1:5"', 'http://127.0.0.1:5/v1'],
    ["'gpu.example'", 'http://gpu.example:11434/v1'],
    [':8080', 'http://127.0.0.1:8080/v1'],
  ])('for Ollama with OLLAMA_HOST %j is %s and needs no key', (host, base_url) => {
    expect(endpointOf('ollama/llama3', { OLLAMA_HOST: host })).toEqual({ base_url });
  });

  it('for a custom provider without api_key_env needs no key', () => {
    expect(endpointOf('local/x', {})).toEqual({ base_url: 'http://localhost:8000/v1' });
  });

  it('gets the first key that is set, without a newline at its end', () => {
    const env = { GOOGLE_GENERATIVE_AI_API_KEY: '', GEMINI_API_KEY: 'second\n' };
    expect(endpointOf('gemini-x', env).api_key).toBe('second');
    expect(endpointOf('gemini-x', { ...env, GOOGLE_GENERATIVE_AI_API_KEY: 'first' }).api_key).toBe('first');
  });

  it.each(['not a url', 'ftp://example.com', 'https://user:hunter2@example.com/v1'])(
    'is rejected and not quoted when it is %s',
    (base) => {
      const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: base };
      const error = thrownBy(() => resolveEndpoint(parseModelName('gpt-4o'), env)) as PflowError;
      expect(error.code).toBe('USAGE');
      expect(error.message).toMatch(
        /^OPENAI_BASE_URL (is not an http or https URL|holds a user name or a password)$/,
      );
    },
  );
});

describe('a missing key of a model', () => {
  it.each([
    ['claude-sonnet-4-0', 'anthropic/claude-sonnet-4-0', 'ANTHROPIC_API_KEY is not set', 'ANTHROPIC_API_KEY'],
    ['gpt-4o', 'openai/gpt-4o', 'OPENAI_API_KEY is not set', 'OPENAI_API_KEY'],
    [
      'gemini-2.5-pro',
      'google/gemini-2.5-pro',
      'GOOGLE_GENERATIVE_AI_API_KEY and GEMINI_API_KEY are not set',
      'GOOGLE_GENERATIVE_AI_API_KEY',
    ],
    ['router/x', 'router/x', 'ROUTER_KEY is not set', 'ROUTER_KEY'],
  ])(
    'of %s is reported with its variable and with the way to run without a key',
    (text, model, problem, variable) => {
      const error = thrownBy(() => {
        requireKey(parseModelName(text, SETTINGS), { [variable]: '  ' });
      }) as PflowError;
      expect(error.code).toBe('MODEL_KEY_MISSING');
      expect(error.message).toBe(`model "${model}" needs a key: ${problem}`);
      expect(error.hint).toBe(
        `Set ${variable}, choose a model whose key you have with --model, or run on recorded answers with --answers LOG.`,
      );
    },
  );

  it('is reported for a key that no header can carry, which is not quoted', () => {
    const env = { OPENAI_API_KEY: 'sk-secret\nsecond line' };
    const error = thrownBy(() => {
      requireKey(parseModelName('gpt-4o'), env);
    }) as PflowError;
    expect(error.message).toBe('model "openai/gpt-4o" needs a key: OPENAI_API_KEY holds no usable key');
  });

  it('is not an error for a model that needs no key', () => {
    expect(() => {
      requireKey(parseModelName('ollama/llama3'), {});
    }).not.toThrow();
  });
});
