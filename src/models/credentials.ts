// Finds the endpoint and the key of a model in the usual environment variables. Loads nothing and calls no provider, so
// a missing key is found before anything runs.
import { PflowError } from '../errors.ts';
import type { CustomProvider, CustomProviders, ModelName } from './model-name.ts';
import { KEY_VARIABLES } from './suggest-model.ts';
import type { Environment } from '../values/environment.ts';

export interface Endpoint {
  /** Includes the version segment and has no slash at the end. */
  readonly base_url: string;
  /** The variable that sets another endpoint, or the place in the settings. */
  readonly base_url_from: string;
  readonly api_key?: string;
  /** The variables that may hold the key; the first one is the usual one. */
  readonly key_variables: readonly string[];
}

/** Lists the variables that hold keys of providers: the built-in ones and those of the settings. */
export function providerKeyVariables(custom: CustomProviders = {}): ReadonlySet<string> {
  const own = Object.values(custom).flatMap(({ api_key_env }) =>
    api_key_env === undefined ? [] : [api_key_env],
  );
  return new Set([...KEY_VARIABLES, ...own]);
}

/** Throws MODEL_KEY_MISSING without a usable key. Throws USAGE for an endpoint that is not a URL. */
export function requireKey(model: ModelName, env: Environment): void {
  resolveEndpoint(model, env);
}

/** Throws as `requireKey` does. */
export function resolveEndpoint(model: ModelName, env: Environment): Endpoint {
  const endpoint = findEndpoint(model, env);
  checkUrl(endpoint.base_url, endpoint.base_url_from);
  const { key_variables } = endpoint;
  if (key_variables.length === 0) return endpoint;
  for (const variable of key_variables) {
    const key = (env[variable] ?? '').trim();
    if (key === '') continue;
    // A header can carry no other characters. The error of the HTTP client would quote the key.
    if (!/^[\x21-\x7e]+$/.test(key))
      throw missingKeyError(model, variable, `${variable} holds no usable key`);
    return { ...endpoint, api_key: key };
  }
  const verb = key_variables.length > 1 ? 'are' : 'is';
  throw missingKeyError(model, key_variables[0] ?? '', `${key_variables.join(' and ')} ${verb} not set`);
}

function findEndpoint(model: ModelName, env: Environment): Endpoint {
  const address = (variable: string, fallback: string): string =>
    removeTrailingSlash(env[variable] ?? '') || fallback;
  switch (model.api) {
    case 'anthropic': {
      const base = address('ANTHROPIC_BASE_URL', 'https://api.anthropic.com');
      return {
        base_url: base.endsWith('/v1') ? base : `${base}/v1`,
        base_url_from: 'ANTHROPIC_BASE_URL',
        key_variables: ['ANTHROPIC_API_KEY'],
      };
    }
    case 'openai':
      return {
        base_url: address('OPENAI_BASE_URL', 'https://api.openai.com/v1'),
        base_url_from: 'OPENAI_BASE_URL',
        key_variables: ['OPENAI_API_KEY'],
      };
    case 'google': {
      const base = address('GOOGLE_BASE_URL', 'https://generativelanguage.googleapis.com');
      return {
        base_url: /^https?:\/\/[^/]+$/.test(base) ? `${base}/v1beta` : base,
        base_url_from: 'GOOGLE_BASE_URL',
        key_variables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'],
      };
    }
    case 'ollama':
      return {
        base_url: toOllamaUrl(address('OLLAMA_HOST', '127.0.0.1')),
        base_url_from: 'OLLAMA_HOST',
        key_variables: [],
      };
    case 'custom':
      return findCustomEndpoint(model.provider, model.custom);
  }
}

function findCustomEndpoint(name: string, custom: CustomProvider | undefined): Endpoint {
  const variable = custom?.api_key_env;
  return {
    base_url: removeTrailingSlash(custom?.base_url ?? ''),
    base_url_from: `base_url of "${name}" in the settings`,
    key_variables: variable === undefined ? [] : [variable],
  };
}

/** Accepts each form of `OLLAMA_HOST`: a host, `host:port`, `:port`, or a URL. The server reads it too. */
function toOllamaUrl(text: string): string {
  // The server ignores quotes around the address, which an env file may leave there.
  const unquoted = text.replace(/^["']|["']$/g, '').trim();
  const given = unquoted === '' || unquoted.startsWith(':') ? `127.0.0.1${unquoted}` : unquoted;
  const hasScheme = /^https?:\/\//.test(given);
  const url = hasScheme ? given : `http://${/:\d+$/.test(given) ? given : `${given}:11434`}`;
  const reachable = url.replace('//0.0.0.0', '//127.0.0.1');
  return reachable.endsWith('/v1') ? reachable : `${reachable}/v1`;
}

function removeTrailingSlash(url: string): string {
  return url.trim().replace(/\/+$/, '');
}

function checkUrl(url: string, from: string): void {
  const parsed = /^https?:\/\//.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && parsed.username === '' && parsed.password === '') return;
  // The address is not quoted, because it may hold a password.
  const problem = parsed === undefined ? 'is not an http or https URL' : 'holds a user name or a password';
  throw new PflowError('USAGE', `${from} ${problem}`, {
    hint: 'Use the plain address, such as https://example.com/v1.',
  });
}

function missingKeyError(model: ModelName, variable: string, problem: string): PflowError {
  return new PflowError(
    'MODEL_KEY_MISSING',
    `model "${model.provider}/${model.name}" needs a key: ${problem}`,
    {
      hint: `Set ${variable}, choose a model whose key you have with --model, or run on recorded answers with --answers LOG.`,
    },
  );
}
