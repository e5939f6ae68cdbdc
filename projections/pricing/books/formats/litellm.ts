// Reads LiteLLM's `model_prices_and_context_window.json` into our form. Its prices are USD per token. A
// cached rate that it does not have is billed as input here, and not as nothing.
import Big from 'big.js';
import type { RawCard, RawModels, RawPrices, RawServiceTier, RawTier } from '../book-schema.ts';

export type LitellmEntry = Readonly<Record<string, unknown>>;

const CLASS_OF: Readonly<Record<string, keyof RawPrices>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write_5m',
  cache_creation_input_token_cost_above_1hr: 'cache_write_1h',
  input_cost_per_audio_token: 'input_audio',
  output_cost_per_audio_token: 'output_audio',
  cache_read_input_audio_token_cost: 'cache_read_audio',
  input_cost_per_image_token: 'input_image',
  output_cost_per_image_token: 'output_image',
  output_cost_per_reasoning_token: 'reasoning',
};

/** `input_cost_per_token_above_200k_tokens_priority`, `…_batches`: a class, a threshold, a service tier. */
const PRICE_KEY = /^(.+?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority))?$/;

/** These sellers charge the higher price from the threshold itself on. */
const INCLUSIVE = new Set(['xai']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isLitellm(json: unknown): json is Readonly<Record<string, LitellmEntry>> {
  if (!isObject(json) || Object.hasOwn(json, 'format')) return false;
  return Object.values(json).some((entry) => isObject(entry) && Object.hasOwn(entry, 'input_cost_per_token'));
}

function perMillion(perToken: unknown): string | undefined {
  if (typeof perToken !== 'number' && typeof perToken !== 'string') return undefined;
  const text = String(perToken);
  return /^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text) ? new Big(text).times(1e6).toFixed() : text;
}

interface Sheet {
  base: RawPrices;
  tiers: Map<number, RawPrices>;
}

const emptySheet = (): Sheet => ({ base: {}, tiers: new Map() });

function sheetsOf(entry: LitellmEntry): Map<string, Sheet> {
  const sheets = new Map<string, Sheet>();
  for (const [key, value] of Object.entries(entry)) {
    const [, className = '', thousands, service = ''] = PRICE_KEY.exec(key) ?? [];
    const name = CLASS_OF[className];
    const price = perMillion(value);
    if (name === undefined || price === undefined) continue;
    const sheet = sheets.get(service) ?? emptySheet();
    sheets.set(service, sheet);
    if (thousands === undefined) sheet.base[name] = price;
    else
      sheet.tiers.set(Number(thousands) * 1000, {
        ...sheet.tiers.get(Number(thousands) * 1000),
        [name]: price,
      });
  }
  return sheets;
}

function addRanges(sheet: Sheet, entry: LitellmEntry): void {
  const ranges: unknown = entry['tiered_pricing'];
  if (!Array.isArray(ranges)) return;
  for (const range of ranges.filter(isObject)) {
    const from: unknown = Array.isArray(range['range']) ? range['range'][0] : undefined;
    const prices = sheetsOf(range).get('')?.base ?? {};
    if (typeof from !== 'number' || from === 0) sheet.base = { ...prices, ...sheet.base };
    else sheet.tiers.set(from, prices);
  }
}

function tiersOf(sheet: Sheet, inclusive: boolean): RawTier[] {
  return [...sheet.tiers.entries()]
    .sort(([a], [b]) => a - b)
    .map(([above, prices]) => ({
      above_input_tokens: above,
      ...(inclusive ? { inclusive } : {}),
      ...prices,
    }));
}

function serviceTiersOf(
  sheets: ReadonlyMap<string, Sheet>,
  inclusive: boolean,
): Record<string, RawServiceTier> {
  const own: Record<string, RawServiceTier> = {};
  for (const [service, sheet] of sheets) {
    if (service === '') continue;
    const tiers = tiersOf(sheet, inclusive);
    own[service === 'batches' ? 'batch' : service] = {
      ...sheet.base,
      ...(tiers.length > 0 ? { tiers } : {}),
    };
  }
  return own;
}

function searchesOf(entry: LitellmEntry): RawCard['requests'] {
  const sizes = entry['search_context_cost_per_query'];
  const each = isObject(sizes) ? sizes['search_context_size_medium'] : undefined;
  return typeof each === 'number' ? { web_search: { per_1000: new Big(each).times(1000).toFixed() } } : {};
}

function cardOf(entry: LitellmEntry): RawCard | null {
  const provider = typeof entry['litellm_provider'] === 'string' ? entry['litellm_provider'] : undefined;
  const inclusive = provider !== undefined && INCLUSIVE.has(provider);
  const sheets = sheetsOf(entry);
  const sheet = sheets.get('') ?? emptySheet();
  addRanges(sheet, entry);
  if (sheet.base.input === undefined && sheet.base.output === undefined) return null;
  const tiers = tiersOf(sheet, inclusive);
  const services = serviceTiersOf(sheets, inclusive);
  return {
    input: 0,
    output: 0,
    ...sheet.base,
    requests: searchesOf(entry),
    ...(tiers.length > 0 ? { tiers } : {}),
    ...(Object.keys(services).length > 0 ? { service_tiers: services } : {}),
    ...(provider === undefined ? {} : { provider }),
  } as RawCard;
}

export function fromLitellm(entries: Readonly<Record<string, LitellmEntry>>): RawModels {
  const models: RawModels = {};
  for (const [name, entry] of Object.entries(entries)) {
    if (name === 'sample_spec' || !isObject(entry)) continue;
    const card = cardOf(entry);
    if (card !== null) models[name.toLowerCase()] = card;
  }
  return models;
}
