// Converts the data of the genai-prices project to the pflow format. Its match rules become exact names: a rule such
// as "starts with claude-3-haiku" gives the name `claude-3-haiku`; `match-model.ts` handles what may follow a name,
// such as a date or a version. Units that no event counts (hours, pages, video) are left out.
import type { RawCard, RawModels, RawPrice, RawPrices } from '../book-schema.ts';
import { genaiModelSchema, genaiProviderSchema } from './genai-prices-schema.ts';
import type { GenaiDatedPrices, GenaiModel, MatchRule, GenaiPriceList } from './genai-prices-schema.ts';
import { present } from '../../../../src/values/present.ts';

export interface GenaiProvider {
  readonly id: string;
  readonly models: readonly GenaiModel[];
}

const CLASS_OF: Readonly<Record<string, keyof RawPrices>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cache_read',
  cache_write_mtok: 'cache_write_5m',
  cache_write_1h_mtok: 'cache_write_1h',
  input_audio_mtok: 'input_audio',
  output_audio_mtok: 'output_audio',
  cache_audio_read_mtok: 'cache_read_audio',
  input_image_mtok: 'input_image',
  output_image_mtok: 'output_image',
  cache_image_read_mtok: 'cache_read_image',
  output_reasoning_mtok: 'reasoning',
};

const REQUEST_OF: Readonly<Record<string, string>> = {
  web_searches_kcount: 'web_search',
  storage_searches_kcount: 'file_search',
  requests_kcount: 'request',
};

/** Recognises the format by its first provider. */
export function isGenaiPrices(json: unknown): json is readonly unknown[] {
  if (!Array.isArray(json)) return false;
  const first: unknown = json[0];
  return typeof first === 'object' && first !== null && 'models' in first && Array.isArray(first.models);
}

const matches = (match: MatchRule, name: string): boolean =>
  Object.entries(match).every(([op, value]) => {
    if (typeof value !== 'string') {
      return op === 'and' ? value.every((m) => matches(m, name)) : value.some((m) => matches(m, name));
    }
    const text = value.toLowerCase();
    if (op === 'equals') return name === text;
    if (op === 'starts_with') return name.startsWith(text);
    if (op === 'ends_with') return name.endsWith(text);
    if (op === 'contains') return name.includes(text);
    return new RegExp(value).test(name);
  });

/** Lists the texts of a rule. Leaves out texts that end in the beginning of a date or a version. */
function textsOf(match: MatchRule): string[] {
  return Object.entries(match).flatMap(([op, value]) => {
    if (typeof value !== 'string') return value.flatMap(textsOf);
    if (op === 'equals') return [value.toLowerCase()];
    if (op === 'regex') return [];
    return [value.toLowerCase().replace(/[-@.]$/, '')].filter((text) => !/-(0|20|202\d)$/.test(text));
  });
}

/** The sizes in a name, such as `20` of `gpt-oss-20b`. */
const sizesIn = (name: string): string =>
  [...name.matchAll(/(?<![a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])/g)].map(([, size = '']) => size).join();

/** True for a name with another size: a rule of the source is too wide, and the name is that of another model. */
function isOtherSize(name: string, id: string): boolean {
  const [size, own] = [sizesIn(name), sizesIn(id)];
  return size !== '' && own !== '' && size !== own;
}

/** Lists the names that the provider's rules resolve to this very model. */
export function namesOf(provider: GenaiProvider, model: GenaiModel, more: readonly string[] = []): string[] {
  const id = model.id.toLowerCase();
  const named = [id, ...textsOf(model.match), ...more];
  const candidates = new Set(named.filter((name) => !isOtherSize(name, id)));
  const resolvesToModel = (name: string): boolean =>
    provider.models.find((other) => matches(other.match, name))?.id === model.id;
  return [...candidates].filter((name) => name.length > 1 && resolvesToModel(name)).sort();
}

/** Reads a threshold. 271999 means "from 272000 on". */
function thresholdOf(start: number): { above_input_tokens: number; inclusive?: true } {
  return start % 1000 === 999
    ? { above_input_tokens: start + 1, inclusive: true }
    : { above_input_tokens: start };
}

function tiersOf(prices: GenaiPriceList): RawCard['tiers'] {
  const tiers = new Map<number, RawPrices>();
  for (const [key, price] of Object.entries(prices)) {
    const name = CLASS_OF[key];
    if (name === undefined || price === undefined || typeof price === 'number') continue;
    for (const { start, price: above } of price.tiers) {
      tiers.set(start, { ...tiers.get(start), [name]: above });
    }
  }
  return [...tiers.entries()]
    .sort(([a], [b]) => a - b)
    .map(([start, own]) => ({ ...thresholdOf(start), ...own }));
}

function cardOf(prices: GenaiPriceList): RawCard | null {
  const own: RawPrices = {};
  const requests: Record<string, { per_1000: RawPrice }> = {};
  let recognised = 0;
  for (const [key, price] of Object.entries(prices)) {
    if (price === undefined) continue;
    const base = typeof price === 'number' ? price : price.base;
    const name = CLASS_OF[key];
    const request = REQUEST_OF[key];
    if (name !== undefined) own[name] = base;
    else if (request !== undefined) requests[request] = { per_1000: base };
    else continue;
    recognised += 1;
  }
  if (recognised === 0 && Object.keys(prices).length > 0) return null;
  const tiers = tiersOf(prices) ?? [];
  return {
    input: 0,
    output: 0,
    ...own,
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(tiers.length > 0 ? { tiers } : {}),
  };
}

/** Dates the cards of a list. Hours that follow a start date apply from that date on. */
function datedCards(list: readonly GenaiDatedPrices[]): RawCard[] {
  const starts = list
    .map(({ constraint }) => constraint?.start_date)
    .filter((date) => date !== undefined)
    .sort();
  const cards: RawCard[] = [];
  let from: string | undefined;
  for (const { constraint, prices } of list) {
    const card = cardOf(prices);
    if (card === null) continue;
    from = constraint?.start_date ?? from;
    const until = starts.find((date) => from === undefined || date > from);
    const hours = constraint?.start_time === undefined ? {} : { utc_window: windowOf(constraint) };
    cards.push({
      ...present({ from }),
      ...present({ until }),
      ...hours,
      ...card,
    });
  }
  return cards;
}

function windowOf(constraint: NonNullable<GenaiDatedPrices['constraint']>): [string, string] {
  const hour = (text = ''): string => text.replace(/Z$/, '').replace(/^(\d{2}:\d{2}):00$/, '$1');
  return [hour(constraint.start_time), hour(constraint.end_time)];
}

export function cardsOf(model: GenaiModel): RawCard[] {
  if (Array.isArray(model.prices)) return datedCards(model.prices);
  const card = cardOf(model.prices);
  return card === null ? [] : [card];
}

/** Leaves out invalid entries and reports each one to `problem`. */
function checkProviders(
  list: readonly unknown[],
  problem: (entry: string, problem: string) => void,
): GenaiProvider[] {
  const providers: GenaiProvider[] = [];
  for (const [index, raw] of list.entries()) {
    const provider = genaiProviderSchema.safeParse(raw);
    if (!provider.success) {
      problem(`provider ${String(index + 1)}`, 'has no id or no list of models');
      continue;
    }
    const models: GenaiModel[] = [];
    for (const [position, rawModel] of provider.data.models.entries()) {
      const model = genaiModelSchema.safeParse(rawModel);
      if (model.success) {
        models.push(model.data);
        continue;
      }
      const { id } = (rawModel ?? {}) as { readonly id?: unknown };
      const entry = `${provider.data.id}/${typeof id === 'string' ? id : `model ${String(position + 1)}`}`;
      for (const { path, message } of model.error.issues) problem(entry, `${path.join('.')}: ${message}`);
    }
    providers.push({ id: provider.data.id, models });
  }
  return providers;
}

/** Converts every model with token prices, under the name `provider/id`. */
export function fromGenaiPrices(
  list: readonly unknown[],
  problem: (entry: string, problem: string) => void,
): RawModels {
  const models: RawModels = {};
  for (const provider of checkProviders(list, problem)) {
    for (const model of provider.models) {
      const [first, ...rest] = cardsOf(model);
      if (first === undefined) continue;
      const id = `${provider.id}/${model.id}`.toLowerCase();
      const aliases = namesOf(provider, model)
        .map((name) => `${provider.id}/${name}`)
        .filter((name) => name !== id);
      const named = aliases.length > 0 ? { ...first, aliases } : first;
      models[id] = rest.length > 0 ? [named, ...rest] : named;
    }
  }
  return models;
}
