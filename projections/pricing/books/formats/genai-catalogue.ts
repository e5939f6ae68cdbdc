// Imports the list of genai-prices as a catalogue: the providers that models are called at, and names without a seller
// for the models of makers.
import type { RawModels } from '../book-schema.ts';
import { cardsOf, namesOf, type GenaiProvider } from './genai-prices.ts';
import type { GenaiModel } from './genai-prices-schema.ts';

/** Makers, whose models also have bare names. An earlier maker takes precedence. */
const MAKERS = [
  'anthropic',
  'openai',
  'google',
  'mistral',
  'deepseek',
  'x-ai',
  'cohere',
  'moonshotai',
  'minimax',
  'perplexity',
  'voyageai',
  'zhipuai',
  'zai',
];

const SELLERS = [
  'groq',
  'cerebras',
  'aws',
  'azure',
  'openrouter',
  'fireworks',
  'together',
  'cloudflare',
  'novita',
  'baseten',
  'ovhcloud',
];

/** Published names that the source covers by prefix only. Each is checked against the rules of the source. */
const MORE_NAMES: Readonly<Record<string, readonly string[]>> = {
  google: ['gemini-2.5-pro-preview', 'gemini-2.5-flash-lite-preview'],
  mistral: ['medium', 'small'].flatMap((size) =>
    ['', '-2506', '-2507', '-2509'].map((month) => `magistral-${size}${month}`),
  ),
  openai: ['ft:gpt-4-0613'],
};

/** Lists names without the version at the end of Bedrock's ids, which users omit. */
function bedrockNames(id: string): string[] {
  const bare = id.replace(/(-v\d+)?(:\d+)?$/, '');
  return bare === id ? [] : [`aws/${bare}`];
}

function aliasesOf(provider: GenaiProvider, model: GenaiModel, claimed: Map<string, string>): string[] {
  const id = `${provider.id}/${model.id}`.toLowerCase();
  const names =
    provider.id === 'aws' ? bedrockNames(model.id) : namesOf(provider, model, MORE_NAMES[provider.id]);
  const own: string[] = [];
  for (const name of names) {
    // A name with a slash belongs to another seller.
    const bare = MAKERS.includes(provider.id) && !name.includes('/') && !claimed.has(name);
    const literal = bare || name.startsWith(`${provider.id}/`) ? name : `${provider.id}/${name}`;
    if (claimed.has(literal)) continue;
    claimed.set(literal, id);
    own.push(literal);
  }
  return own;
}

/** Converts the providers that models are called at. Names of makers' models are also known without the maker. */
export function importGenaiModels(data: readonly unknown[]): RawModels {
  const known = data as readonly GenaiProvider[];
  const providers = [...MAKERS, ...SELLERS].flatMap((id) => known.find((one) => one.id === id) ?? []);
  const claimed = new Map<string, string>();
  for (const provider of providers) {
    for (const model of provider.models) claimed.set(`${provider.id}/${model.id}`.toLowerCase(), '');
  }
  const models: RawModels = {};
  for (const provider of providers) {
    for (const model of provider.models) {
      const [first, ...rest] = cardsOf(model);
      if (first === undefined) continue;
      const aliases = aliasesOf(provider, model, claimed);
      const named = aliases.length > 0 ? { ...first, aliases } : first;
      models[`${provider.id}/${model.id}`.toLowerCase()] = rest.length > 0 ? [named, ...rest] : named;
    }
  }
  return models;
}
