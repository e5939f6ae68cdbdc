// Converts LiteLLM's `model_prices_and_context_window.json` to the pflow format. Its prices are USD per token.
// Without a price, cached tokens are billed as input rather than as free.
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

/** Splits `input_cost_per_token_above_200k_tokens_priority`, `…_batches` into class, threshold and service tier. */
const PRICE_KEY = /^(.+?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority))?$/;

/** Sellers that charge the higher price from exactly the threshold on. */
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

/** Prices of one service tier. */
interface TierPrices {
  base: RawPrices;
  /** By threshold. */
  above: Map<number, RawPrices>;
}

const emptyPrices = (): TierPrices => ({ base: {}, above: new Map() });

/** The key of standard prices is ''. */
function pricesByService(entry: LitellmEntry): Map<string, TierPrices> {
  const byService = new Map<string, TierPrices>();
  for (const [key, value] of Object.entries(entry)) {
    const [, className = '', thousands, service = ''] = PRICE_KEY.exec(key) ?? [];
    const name = CLASS_OF[className];
    const price = perMillion(value);
    if (name === undefined || price === undefined) continue;
    const { base, above } = byService.get(service) ?? emptyPrices();
    byService.set(service, { base, above });
    const threshold = Number(thousands) * 1000;
    if (thousands === undefined) base[name] = price;
    else above.set(threshold, { ...above.get(threshold), [name]: price });
  }
  return byService;
}

function addRanges(prices: TierPrices, entry: LitellmEntry): void {
  const ranges: unknown = entry['tiered_pricing'];
  if (!Array.isArray(ranges)) return;
  for (const range of ranges.filter(isObject)) {
    const from: unknown = Array.isArray(range['range']) ? range['range'][0] : undefined;
    const { base } = pricesByService(range).get('') ?? emptyPrices();
    if (typeof from !== 'number' || from === 0) prices.base = { ...base, ...prices.base };
    else prices.above.set(from, base);
  }
}

function tiersOf({ above }: TierPrices, inclusive: boolean): RawTier[] {
  return [...above.entries()]
    .sort(([a], [b]) => a - b)
    .map(([threshold, prices]) => ({
      above_input_tokens: threshold,
      ...(inclusive ? { inclusive } : {}),
      ...prices,
    }));
}

function serviceTiersOf(
  byService: ReadonlyMap<string, TierPrices>,
  inclusive: boolean,
): Record<string, RawServiceTier> {
  const serviceTiers: Record<string, RawServiceTier> = {};
  for (const [service, prices] of byService) {
    if (service === '') continue;
    const tiers = tiersOf(prices, inclusive);
    serviceTiers[service === 'batches' ? 'batch' : service] = {
      ...prices.base,
      ...(tiers.length > 0 ? { tiers } : {}),
    };
  }
  return serviceTiers;
}

function searchesOf(entry: LitellmEntry): RawCard['requests'] {
  const sizes = entry['search_context_cost_per_query'];
  const each = isObject(sizes) ? sizes['search_context_size_medium'] : undefined;
  return typeof each === 'number' ? { web_search: { per_1000: new Big(each).times(1000).toFixed() } } : {};
}

function cardOf(entry: LitellmEntry): RawCard | null {
  const provider = typeof entry['litellm_provider'] === 'string' ? entry['litellm_provider'] : undefined;
  const inclusive = provider !== undefined && INCLUSIVE.has(provider);
  const byService = pricesByService(entry);
  const prices = byService.get('') ?? emptyPrices();
  addRanges(prices, entry);
  if (prices.base.input === undefined && prices.base.output === undefined) return null;
  const tiers = tiersOf(prices, inclusive);
  const serviceTiers = serviceTiersOf(byService, inclusive);
  return {
    input: 0,
    output: 0,
    ...prices.base,
    requests: searchesOf(entry),
    ...(tiers.length > 0 ? { tiers } : {}),
    ...(Object.keys(serviceTiers).length > 0 ? { service_tiers: serviceTiers } : {}),
    ...(provider === undefined ? {} : { provider }),
  };
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
