// Converts the list of models.dev, `api.json`, to the pflow format. Its prices are USD per million tokens.
import { canonicalVendor } from '../../names/vendor-name.ts';
import type { RawCard, RawModels, RawPrices, RawTier } from '../book-schema.ts';
import { withoutNoise } from './list-number.ts';
import { modelsByName } from './models-by-name.ts';
import { isObject } from '../../../../src/values/json-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

const CLASS_OF: Readonly<Record<string, keyof RawPrices>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cache_read',
  cache_write: 'cache_write_5m',
  reasoning: 'reasoning',
  input_audio: 'input_audio',
  output_audio: 'output_audio',
};

const fields = (value: unknown): Fields => (isObject(value) ? value : {});

/** Recognises the format by its providers: each has an id and models by id. */
export function isModelsDev(json: unknown): json is Fields {
  if (!isObject(json) || Object.hasOwn(json, 'format')) return false;
  const [first] = Object.values(json);
  return isObject(first) && typeof first['id'] === 'string' && isObject(first['models']);
}

function pricesOf(cost: Fields): RawPrices {
  const prices: RawPrices = {};
  for (const [key, name] of Object.entries(CLASS_OF)) {
    const price = cost[key];
    if (typeof price === 'number') prices[name] = withoutNoise(price);
  }
  return prices;
}

function tiersOf(cost: Fields): RawTier[] {
  const listed = Array.isArray(cost['tiers']) ? cost['tiers'].map(fields) : [];
  const tiers = listed.flatMap((tier): RawTier[] => {
    const size = fields(tier['tier'])['size'];
    return typeof size === 'number' ? [{ above_input_tokens: size, ...pricesOf(tier) }] : [];
  });
  const above = cost['context_over_200k'];
  // The older form of the same tier.
  return tiers.length > 0 || !isObject(above) ? tiers : [{ above_input_tokens: 200_000, ...pricesOf(above) }];
}

/** A mode is a speed, or a service tier, by what its requests contain. */
function modesOf(model: Fields): {
  readonly overlays: RawCard[];
  readonly serviceTiers: RawCard['service_tiers'];
} {
  const overlays: RawCard[] = [];
  const serviceTiers: NonNullable<RawCard['service_tiers']> = {};
  for (const mode of Object.values(fields(fields(model['experimental'])['modes'])).map(fields)) {
    const body = fields(fields(mode['provider'])['body']);
    const prices = pricesOf(fields(mode['cost']));
    if (Object.keys(prices).length === 0) continue;
    const { speed, service_tier } = body;
    if (typeof speed === 'string') overlays.push({ when: { speed }, ...prices });
    else if (typeof service_tier === 'string') serviceTiers[service_tier] = prices;
  }
  return { overlays, serviceTiers };
}

/** Only such a name means free calls. Sellers by subscription have prices of 0 in the list. */
const isFreeName = (id: string): boolean => /(?:^|[:/_-])free$/.test(id);

function cardsOf(id: string, model: Fields): RawCard[] {
  const cost = fields(model['cost']);
  const prices = pricesOf(cost);
  // A price that is not there is not 0.
  if (prices.input === undefined || prices.output === undefined) return [];
  if (Number(prices.input) === 0 && Number(prices.output) === 0 && !isFreeName(id)) return [];
  const tiers = tiersOf(cost);
  const { overlays, serviceTiers } = modesOf(model);
  const card: RawCard = {
    ...prices,
    ...(tiers.length > 0 ? { tiers } : {}),
    ...(Object.keys(serviceTiers ?? {}).length > 0 ? { service_tiers: serviceTiers } : {}),
  };
  return [card, ...overlays];
}

/** A provider under the seller's own name first: `azure` before `azure-cognitive-services`. */
function bySeller(providers: Fields): (readonly [seller: string, provider: unknown])[] {
  const all = Object.entries(providers).map(([provider, raw]) => {
    const name = provider.toLowerCase();
    const seller = canonicalVendor(name);
    return { seller, raw, isOther: name !== seller };
  });
  return [...all.filter(({ isOther }) => !isOther), ...all.filter(({ isOther }) => isOther)].map(
    ({ seller, raw }) => [seller, raw],
  );
}

/** Converts every model with a price, under the name `provider/id`. */
export function fromModelsDev(providers: Fields): RawModels {
  const models: RawModels = {};
  for (const [seller, raw] of bySeller(providers)) {
    const all = Object.entries(fields(fields(raw)['models'])).map(
      ([id, model]) => [`${seller}/${id}`, cardsOf(id, fields(model))] as const,
    );
    for (const [name, cards] of Object.entries(modelsByName(all.filter(([, list]) => list.length > 0)))) {
      // Two providers may be one seller under two names: the first one counts, if it has a price.
      if (!Object.hasOwn(models, name)) models[name] = cards;
    }
  }
  return models;
}
