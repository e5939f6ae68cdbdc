// Compiles a checked card of a price book: names of prices become one, dates and hours become numbers.
import Big from 'big.js';
import { NO_DOUBTS } from '../../../src/events/doubts.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import { parseInstant } from '../instant.ts';
import { WEEK_DAYS, type RawCard, type RawPrices, type RawServiceTier, type RawTier } from './book-schema.ts';
import type { Card, CardCondition, CardTier, ClassPrices, ServiceTier } from './price-card.ts';

const decimal = (price: number | string): string => new Big(price).toFixed();

function compilePrices(raw: RawPrices): ClassPrices {
  const prices: Partial<Record<(typeof TOKEN_CLASSES)[number], string>> = {};
  for (const name of TOKEN_CLASSES) {
    const price = name === 'cache_write_5m' ? (raw.cache_write_5m ?? raw.cache_write) : raw[name];
    if (price !== undefined) prices[name] = decimal(price);
  }
  return prices;
}

/** Lays each tier over the ones below: classes may have thresholds of their own. */
function compileTiers(raw: readonly RawTier[] | undefined): CardTier[] {
  const sorted = (raw ?? [])
    .map(({ above_input_tokens: above, inclusive = false, ...prices }) => ({
      above,
      inclusive,
      prices: compilePrices(prices),
    }))
    .sort((a, b) => a.above - b.above || Number(b.inclusive) - Number(a.inclusive));
  let below: ClassPrices = {};
  return sorted.map((tier) => {
    below = { ...below, ...tier.prices };
    return { ...tier, prices: below };
  });
}

function compileServiceTier(raw: RawServiceTier): ServiceTier {
  const { multiplier, tiers, ...prices } = raw;
  if (multiplier !== undefined) return { multiplier: decimal(multiplier) };
  return { prices: compilePrices(prices), tiers: compileTiers(tiers) };
}

function secondOfDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function compileCondition(raw: NonNullable<RawCard['when']>): CardCondition {
  const facts = Object.entries(raw).map(([fact, values]) => [
    fact,
    (typeof values === 'string' ? [values] : (values ?? [])).map((value) => value.toLowerCase()),
  ]);
  return Object.fromEntries(facts) as CardCondition;
}

export function compileCard(raw: RawCard): Card {
  const { utc_window: window, days, when, multiplier } = raw;
  const requests = Object.entries(raw.requests ?? {}).map(([name, { per_1000 }]) => [
    name,
    decimal(per_1000),
  ]);
  return {
    from: raw.from === undefined ? null : parseInstant(raw.from),
    until: raw.until === undefined ? null : parseInstant(raw.until),
    window: window === undefined ? null : [secondOfDay(window[0]), secondOfDay(window[1])],
    days: days === undefined ? null : WEEK_DAYS.map((day) => (days as readonly string[]).includes(day)),
    when: when === undefined ? null : compileCondition(when),
    multiplier: multiplier === undefined ? null : decimal(multiplier),
    prices: compilePrices(raw),
    samePrice: {},
    requests: Object.fromEntries(requests) as Record<string, string>,
    tiers: compileTiers(raw.tiers),
    serviceTiers: new Map(
      Object.entries(raw.service_tiers ?? {}).map(([name, tier]) => [name, compileServiceTier(tier)]),
    ),
    uncertainCacheTiers: [],
    uncertainAbove: null,
    doubts: NO_DOUBTS,
  };
}
