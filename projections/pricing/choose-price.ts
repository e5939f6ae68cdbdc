// Chooses the price of a call: the first card in force at its time, the tier of its size, and its service tier. Rates
// are built once and cached, since a log has many calls and few kinds of calls.
import type { FoundCards } from './find-cards.ts';
import { parseInstant } from './instant.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import { cardInForce, tierOf, type Card, type CardTier } from './books/price-card.ts';
import { buildRate, unpricedRate, type Rate } from './rate.ts';

export const UNKNOWN_MODEL = 'the price books do not know this model';
export const NOT_IN_FORCE = 'no price is in force at the time of the call';
const NO_TIME = 'the time of the call cannot be read';

/** Everything that calls of one kind share. Time and size of a call then decide its price. */
export interface CallKind {
  /** In order of precedence. */
  readonly found: readonly FoundCards[];
  /** The service tier, or null for standard prices. */
  readonly serviceTier: string | null;
  readonly rates: Map<number | string, Rate>;
  /** The only rate of a kind whose price depends on neither time nor size. */
  readonly fixed: Rate | null;
}

const isTimeless = (card: Card): boolean => card.from === null && card.until === null && card.window === null;

function tiersOf(card: Card, serviceTier: string | null): readonly CardTier[] {
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  return special !== undefined && 'prices' in special ? special.tiers : card.tiers;
}

/** `missing`: prices that the card does not have for the call, so that the price is only an estimate. */
function rateOfCard(
  found: FoundCards,
  card: Card,
  tier: CardTier | null,
  kind: Pick<CallKind, 'serviceTier'>,
  missing: readonly string[],
): Rate {
  const hasTier = kind.serviceTier !== null && card.serviceTiers.has(kind.serviceTier);
  const serviceTier = hasTier ? kind.serviceTier : null;
  const noTier =
    serviceTier === kind.serviceTier ? [] : [`no price for service tier "${kind.serviceTier ?? ''}"`];
  const reasons = [...(found.reason === null ? [] : [found.reason]), ...noTier, ...missing];
  const reason = reasons.length === 0 ? null : reasons.join('; ');
  const place = `${found.position}.${String(found.cards.indexOf(card))}`;
  return buildRate(card, tier, serviceTier, { ...found, position: place, reason });
}

export function createCallKind(found: readonly FoundCards[], serviceTier: string | null): CallKind {
  const first = found[0];
  const card = first?.cards[0];
  const isFixed =
    serviceTier === null &&
    first !== undefined &&
    card !== undefined &&
    first.cards.length === 1 &&
    isTimeless(card) &&
    card.tiers.length === 0;
  return {
    found,
    serviceTier,
    rates: new Map(),
    fixed: isFixed ? rateOfCard(first, card, null, { serviceTier }, []) : null,
  };
}

/** Lists the server-tool requests of a call that the card has no price for. */
function missingRequests(requests: Readonly<Record<string, number>>, card: Card): string {
  const missing = Object.keys(requests).filter(
    (name) => (requests[name] ?? 0) > 0 && name !== 'request' && !Object.hasOwn(card.requests, name),
  );
  return missing.sort().join(', ');
}

const NOTHING_MISSING: readonly string[] = [];

/** `time` null: the time of the call is unknown. */
function missingPrices(call: ModelCall, card: Card, time: number | null): readonly string[] {
  const requests = call.data.usage?.requests;
  const noTime = time === null && !isTimeless(card);
  if (requests === undefined && !noTime) return NOTHING_MISSING;
  const missing = requests === undefined ? '' : missingRequests(requests, card);
  return [...(missing === '' ? [] : [`no price for ${missing} requests`]), ...(noTime ? [NO_TIME] : [])];
}

function rateFor(
  kind: CallKind,
  position: number,
  index: number,
  inputTokens: number,
  missing: readonly string[],
): Rate | null {
  const found = kind.found[position];
  const card = found?.cards[index];
  if (found === undefined || card === undefined) return null;
  const tiers = tiersOf(card, kind.serviceTier);
  const tier = tierOf(tiers, inputTokens);
  // A number if nothing is missing, which is nearly always so.
  const place = (position * 1000 + index) * 1000 + tier + 1;
  const key = missing.length === 0 ? place : `${String(place)}${missing.join('; ')}`;
  const known = kind.rates.get(key);
  if (known !== undefined) return known;
  const rate = rateOfCard(found, card, tiers[tier] ?? null, kind, missing);
  kind.rates.set(key, rate);
  return rate;
}

/** `asOf` null: uses the prices of the call's own time. */
export function choosePrice(kind: CallKind, call: ModelCall, inputTokens: number, asOf: number | null): Rate {
  if (kind.fixed !== null && call.data.usage?.requests === undefined) return kind.fixed;
  const time = asOf ?? parseInstant(call.at);
  for (let position = 0; position < kind.found.length; position += 1) {
    const cards = kind.found[position]?.cards ?? [];
    // Without a time the newest card is the best guess. The rate is then an estimate.
    const index = cardInForce(cards, time ?? Number.MAX_SAFE_INTEGER);
    const card = cards[index];
    if (card === undefined) continue;
    const rate = rateFor(kind, position, index, inputTokens, missingPrices(call, card, time));
    if (rate !== null) return rate;
  }
  return unpricedRate('unpriced', kind.found.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE);
}
