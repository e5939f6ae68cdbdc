// Imports the price data of `@pydantic/genai-prices` in the pflow format: `npx tsx scripts/import-prices.ts
// [--date YYYY-MM-DD]`. The date is the day on which that version was published (`npm view @pydantic/genai-prices
// time`), not the day of the import. Without it the date of the current catalogue stays.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitForUpdate } from '@pydantic/genai-prices';
import type { RawModels } from '../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../projections/pricing/books/catalogue-version.ts';
import { cardsOf, namesOf } from '../projections/pricing/books/formats/genai-prices.ts';
import type { GenaiProvider } from '../projections/pricing/books/formats/genai-prices.ts';
import type { GenaiModel } from '../projections/pricing/books/formats/genai-prices-schema.ts';
import { trustedPriceBook } from '../projections/pricing/books/parse-price-book.ts';

const SOURCE = '@pydantic/genai-prices';

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

function importModels(data: readonly GenaiProvider[]): RawModels {
  const providers = [...MAKERS, ...SELLERS].map((id) => {
    const provider = data.find((known) => known.id === id);
    if (provider === undefined) throw new Error(`the source no longer has a provider "${id}"`);
    return provider;
  });
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

/** Writes one line for each model, so that a changed price changes one line. */
function toText(models: RawModels, version: string): string {
  const head = { format: 'pflow-prices/1', version, currency: 'USD', source: SOURCE };
  const lines = Object.entries(models)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, card]) => `${JSON.stringify(name)}:${JSON.stringify(card)}`);
  return `${JSON.stringify(head).slice(0, -1)},"models":{\n${lines.join(',\n')}\n}}\n`;
}

export interface ImportedCatalogue {
  /** The text of `catalogue.json`. */
  readonly catalogue: string;
  /** The text of `catalogue-version.ts`. */
  readonly versionModule: string;
}

export async function importCatalogue(date: string): Promise<ImportedCatalogue> {
  const main = createRequire(import.meta.url).resolve(SOURCE);
  const { version } = JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const sha256 = createHash('sha256')
    .update(readFileSync(join(dirname(main), 'index.js')))
    .digest('hex');
  const data = (await waitForUpdate()) as unknown as readonly GenaiProvider[];
  const models = importModels(data);
  const dated = `${version}+${date}`;
  trustedPriceBook({ format: 'pflow-prices/1', models }, { source: SOURCE, version: dated });
  const versionModule = `// Generated by scripts/import-prices.ts. Identifies the catalogue without loading it.

export const CATALOGUE = {
  source: '${SOURCE}',
  /** Version of the package, and the day it was published: its prices are not newer. */
  version: '${dated}',
  date: '${date}',
  /** SHA-256 of the package's data. */
  sha256: '${sha256}',
} as const;
`;
  return { catalogue: toText(models, dated), versionModule };
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--date');
  const date = at > 0 ? (process.argv[at + 1] ?? '') : CATALOGUE.date;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new Error('--date requires a day such as 2026-09-23');
  const { catalogue, versionModule } = await importCatalogue(date);
  const folder = new URL('../projections/pricing/books/', import.meta.url);
  writeFileSync(new URL('catalogue.json', folder), catalogue);
  writeFileSync(new URL('catalogue-version.ts', folder), versionModule);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
