// Converts LiteLLM's `model_prices_and_context_window.json` to the pflow format. Its prices are USD per token.
// Without a price, cached tokens are billed as input rather than as free.
import Big from 'big.js';
import type { RawCard, RawModels, RawPrices, RawServiceTier, RawTier } from '../book-schema.ts';
import { withoutNoise } from './list-number.ts';
import { modelsByName } from './models-by-name.ts';
import { isObject } from '../../../../src/values/json-fields.ts';
import { present } from '../../../../src/values/present.ts';

export type LitellmEntry = Readonly<Record<string, unknown>>;

const CLASS_OF: Readonly<Record<string, keyof RawPrices>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  // The older name of the same price.
  input_cost_per_token_cache_hit: 'cache_read',
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

export function isLitellm(json: unknown): json is Readonly<Record<string, LitellmEntry>> {
  if (!isObject(json) || Object.hasOwn(json, 'format')) return false;
  return Object.values(json).some((entry) => isObject(entry) && Object.hasOwn(entry, 'input_cost_per_token'));
}

function perMillion(perToken: unknown): string | undefined {
  if (typeof perToken !== 'number' && typeof perToken !== 'string') return undefined;
  const text = String(typeof perToken === 'number' ? withoutNoise(perToken) : perToken);
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

const perThousand = (each: unknown): string | undefined =>
  typeof each === 'number' ? new Big(each).times(1000).toFixed() : undefined;

type RawRequests = NonNullable<RawCard['requests']>;

const SIZES = ['low', 'medium', 'high'] as const;

function searchFee(entry: LitellmEntry, size: (typeof SIZES)[number]): string | undefined {
  const fees = entry['search_context_cost_per_query'];
  return perThousand(isObject(fees) ? fees[`search_context_size_${size}`] : undefined);
}

function requestsOf(entry: LitellmEntry): RawRequests {
  const [search, ...others] = new Set(SIZES.flatMap((size) => searchFee(entry, size) ?? []));
  const request = perThousand(entry['input_cost_per_request']);
  // Which of several fees a search had is known for Perplexity only.
  const hasOneFee = search !== undefined && others.length === 0;
  return {
    ...(hasOneFee && !isPerplexity(entry) ? { web_search: { per_1000: search } } : {}),
    ...(request === undefined ? {} : { request: { per_1000: request } }),
  };
}

const isPerplexity = (entry: LitellmEntry): boolean => entry['litellm_provider'] === 'perplexity';

/** Perplexity takes the fee for each request, by the size of its context. */
function searchCards(entry: LitellmEntry): RawCard[] {
  if (!isPerplexity(entry)) return [];
  return SIZES.flatMap((size) => {
    const per_1000 = searchFee(entry, size);
    return per_1000 === undefined
      ? []
      : [{ when: { search_context: size }, requests: { request: { per_1000 } } }];
  });
}

/** Answers with text. Other modes have no price of input or of output. */
const TEXT_MODES = new Set(['chat', 'completion', 'responses']);

/** A price that is not there is not 0. */
function lacksPrice({ base }: TierPrices, entry: LitellmEntry): boolean {
  if (base.input === undefined && base.output === undefined) return true;
  const { mode } = entry;
  const answersText = typeof mode !== 'string' || TEXT_MODES.has(mode);
  return answersText && (base.input === undefined || base.output === undefined);
}

/** `{"fast": 6, "us": 1.1}`: factors of a speed and of a geography. */
function factorsOf(entry: LitellmEntry): RawCard[] {
  const { fast, us } = isObject(entry['provider_specific_entry']) ? entry['provider_specific_entry'] : {};
  return [
    ...(typeof fast === 'number' ? [{ when: { speed: 'fast' }, multiplier: fast }] : []),
    ...(typeof us === 'number' ? [{ when: { geo: 'us' }, multiplier: us }] : []),
  ];
}

const HOURS = /^(\d{2}:\d{2})-(\d{2}:\d{2})$/;
const isHours = (name: string): boolean => name === 'hours_utc' || Object.hasOwn(CLASS_OF, name);

/** The card of the cheaper hours. Null where they cannot be read, and so no price is certain. */
function offPeakCards(card: RawCard, entry: LitellmEntry): RawCard[] | null {
  const block = entry['off_peak_pricing'];
  if (!isObject(block) || Object.keys(block).length === 0) return [];
  const [, start, end] = HOURS.exec(String(block['hours_utc'])) ?? [];
  if (start === undefined || end === undefined || !Object.keys(block).every(isHours)) return null;
  const { base } = pricesByService(block).get('') ?? emptyPrices();
  const tiers = card.tiers?.map((tier) => ({ ...tier, ...base }));
  return [{ ...card, ...base, ...present({ tiers }), utc_window: [start, end] }];
}

function cardsOf(entry: LitellmEntry): RawCard[] {
  const provider = typeof entry['litellm_provider'] === 'string' ? entry['litellm_provider'] : undefined;
  const inclusive = provider !== undefined && INCLUSIVE.has(provider);
  const byService = pricesByService(entry);
  const prices = byService.get('') ?? emptyPrices();
  addRanges(prices, entry);
  if (lacksPrice(prices, entry)) return [];
  const tiers = tiersOf(prices, inclusive);
  const serviceTiers = serviceTiersOf(byService, inclusive);
  const card: RawCard = {
    input: 0,
    output: 0,
    ...prices.base,
    requests: requestsOf(entry),
    ...(tiers.length > 0 ? { tiers } : {}),
    ...(Object.keys(serviceTiers).length > 0 ? { service_tiers: serviceTiers } : {}),
    ...present({ provider }),
  };
  const offPeak = offPeakCards(card, entry);
  return offPeak === null ? [] : [card, ...offPeak, ...factorsOf(entry), ...searchCards(entry)];
}

export function fromLitellm(entries: Readonly<Record<string, LitellmEntry>>): RawModels {
  const all = Object.entries(entries).map(([name, entry]) => {
    const isModel = name !== 'sample_spec' && isObject(entry);
    return [name, isModel ? cardsOf(entry) : []] as const;
  });
  return modelsByName(all.filter(([, cards]) => cards.length > 0));
}
