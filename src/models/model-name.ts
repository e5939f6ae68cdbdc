// Finds the provider that a model name means. Only forms of names are known here. Whether a provider has such a model,
// the provider itself checks.
import { PflowError } from '../errors.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { present } from '../values/present.ts';

export type BuiltInProvider = 'anthropic' | 'openai' | 'google' | 'ollama';

/**
 * How a structured answer is requested. `json_schema`: the schema is sent. `json_object`: JSON is requested. `tool`:
 * the answer is the call of a tool. `none`: a plain answer.
 */
export type StructuredMode = 'json_schema' | 'json_object' | 'tool' | 'none';

/** An OpenAI-compatible endpoint from the settings, or how a built-in provider gives structured answers. */
export interface CustomProvider {
  /** Built-in providers have their own address. */
  readonly base_url?: string | undefined;
  /** Without it the endpoint is called without a key. */
  readonly api_key_env?: string | undefined;
  readonly structured?: StructuredMode | undefined;
}

export type CustomProviders = Readonly<Record<string, CustomProvider>>;

export interface ModelName {
  readonly api: BuiltInProvider | 'custom';
  /** The part before the slash: the built-in provider, or the name of the custom one. */
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly name: string;
  /** The settings of the provider. */
  readonly custom?: CustomProvider;
}

const PREFIXES: Readonly<Record<string, BuiltInProvider>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  google: 'google',
  gemini: 'google',
  ollama: 'ollama',
};

const BARE_NAMES: readonly (readonly [RegExp, BuiltInProvider])[] = [
  [/^claude-./, 'anthropic'],
  [/^(gpt|chatgpt)-./, 'openai'],
  [/^o\d+(-.+)?$/, 'openai'],
  [/^gemini-./, 'google'],
];

const BARE_FAMILIES = ['claude', 'gpt', 'chatgpt', 'o1', 'o3', 'o4', 'gemini'];

/** Throws MODEL_UNKNOWN for a name of no known form. A built-in provider wins over a custom one of its name. */
export function parseModelName(text: string, custom: CustomProviders = {}): ModelName {
  const canonical = normalizeModelName(text);
  const slash = canonical.indexOf('/');
  const provider = canonical.slice(0, Math.max(slash, 0));
  const name = canonical.slice(slash + 1);
  const builtIn = lookUp(PREFIXES, provider);
  const settings = lookUp(custom, builtIn ?? provider);
  if (builtIn !== undefined && name !== '') {
    return { api: builtIn, provider: builtIn, name, ...present({ custom: settings }) };
  }
  if (settings?.base_url !== undefined && name !== '')
    return { api: 'custom', provider, name, custom: settings };
  throw unknownModelError(text, custom);
}

/** Converts a name to the form `provider/name` of the log. Leaves a name of no known form unchanged. */
export function normalizeModelName(text: string): string {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  if (slash === -1) {
    const family = BARE_NAMES.find(([form]) => form.test(trimmed));
    return family === undefined ? trimmed : `${family[1]}/${trimmed}`;
  }
  const prefix = lookUp(PREFIXES, trimmed.slice(0, slash));
  return prefix === undefined ? trimmed : `${prefix}${trimmed.slice(slash)}`;
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function unknownModelError(text: string, custom: CustomProviders): PflowError {
  const providers = [...Object.keys(PREFIXES), ...Object.keys(custom)];
  const details = [
    `providers: ${providers.map((name) => `${name}/…`).join(', ')}`,
    'without a provider: claude-…, gpt-…, chatgpt-…, o1/o3/o4…, gemini-…',
  ];
  const suggestion = suggestName(text.trim(), providers);
  if (suggestion !== undefined) details.push(`did you mean ${suggestion}?`);
  return new PflowError('MODEL_UNKNOWN', `no provider is known for the model "${text}"`, {
    hint: 'Write it as provider/name, such as anthropic/claude-sonnet-4-0, or add its endpoint to the settings.',
    details,
  });
}

function suggestName(text: string, providers: readonly string[]): string | undefined {
  const slash = text.indexOf('/');
  if (slash > 0) {
    const near = findNearestName(text.slice(0, slash), providers);
    return near === undefined ? undefined : `${near}${text.slice(slash)}`;
  }
  const dash = text.indexOf('-');
  const near = dash > 0 ? findNearestName(text.slice(0, dash), BARE_FAMILIES) : undefined;
  return near === undefined ? undefined : `${near}${text.slice(dash)}`;
}
