// From the cards that fit calls of one kind to the rate of one call: by its time, its size and what it used.
// Rates are made once and kept, since a log has many calls and few kinds of them.
import type { FoundCards } from './find-cards.ts';
import { parseInstant } from './instant.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import { cardInForce, tierOf, type Card, type CardTier } from './books/price-card.ts';
import { rateOfCard, unpricedRate, type Rate } from './rate.ts';

export const UNKNOWN_MODEL = 'the price books do not know this model';
export const NOT_IN_FORCE = 'no price is in force at the time of the call';
const NO_TIME = 'the time of the call cannot be read';

/** All that is known about calls of one kind before their time and their size are looked at. */
export interface CallKind {
  /** In order of precedence. */
  readonly found: readonly FoundCards[];
  /** The service tier that was asked for, unless it is the plain price list. */
  readonly service: string | null;
  readonly rates: Map<number | string, Rate>;
  /** The one rate of a kind whose price depends on neither time nor size. */
  readonly plain: Rate | null;
}

const isTimeless = (card: Card): boolean => card.from === null && card.until === null && card.window === null;

function tiersOf(card: Card, service: string | null): readonly CardTier[] {
  const special = service === null ? undefined : card.serviceTiers.get(service);
  return special !== undefined && 'prices' in special ? special.tiers : card.tiers;
}

/** `gaps`: what this card does not say about the call, so that its price is only an estimate. */
function makeRate(
  found: FoundCards,
  card: Card,
  tier: CardTier | null,
  kind: Pick<CallKind, 'service'>,
  gaps: readonly string[],
): Rate {
  const service = kind.service !== null && card.serviceTiers.has(kind.service) ? kind.service : null;
  const noTier = service === kind.service ? [] : [`no price for service tier "${kind.service ?? ''}"`];
  const reasons = [...(found.reason === null ? [] : [found.reason]), ...noTier, ...gaps];
  const reason = reasons.length === 0 ? null : reasons.join('; ');
  const place = `${found.position}.${String(found.cards.indexOf(card))}`;
  return rateOfCard(card, tier, service, { ...found, position: place, reason });
}

export function callKind(found: readonly FoundCards[], service: string | null): CallKind {
  const first = found[0];
  const card = first?.cards[0];
  const plain =
    first !== undefined &&
    card !== undefined &&
    first.cards.length === 1 &&
    isTimeless(card) &&
    card.tiers.length === 0;
  return {
    found,
    service,
    rates: new Map(),
    plain: plain && service === null ? makeRate(first, card, null, { service }, []) : null,
  };
}

/** Server-tool requests of a call that the card has no price for. */
function missingRequests(requests: Readonly<Record<string, number>>, card: Card): string {
  const missing = Object.keys(requests).filter(
    (name) => (requests[name] ?? 0) > 0 && name !== 'request' && !Object.hasOwn(card.requests, name),
  );
  return missing.sort().join(', ');
}

const NO_GAPS: readonly string[] = [];

/** `time` null: nobody knows when the call was made. */
function missingPrices(call: ModelCall, card: Card, time: number | null): readonly string[] {
  const requests = call.data.usage?.requests;
  const noTime = time === null && !isTimeless(card);
  if (requests === undefined && !noTime) return NO_GAPS;
  const missing = requests === undefined ? '' : missingRequests(requests, card);
  return [...(missing === '' ? [] : [`no price for ${missing} requests`]), ...(noTime ? [NO_TIME] : [])];
}

function rateFor(
  kind: CallKind,
  position: number,
  index: number,
  inputTokens: number,
  gaps: readonly string[],
): Rate | null {
  const found = kind.found[position];
  const card = found?.cards[index];
  if (found === undefined || card === undefined) return null;
  const tiers = tiersOf(card, kind.service);
  const tier = tierOf(tiers, inputTokens);
  // A number where there is nothing to say, since that is nearly always.
  const place = (position * 1000 + index) * 1000 + tier + 1;
  const key = gaps.length === 0 ? place : `${String(place)}${gaps.join('; ')}`;
  const known = kind.rates.get(key);
  if (known !== undefined) return known;
  const rate = makeRate(found, card, tiers[tier] ?? null, kind, gaps);
  kind.rates.set(key, rate);
  return rate;
}

/** `asOf` null: at the call's own time. */
export function choosePrice(kind: CallKind, call: ModelCall, inputTokens: number, asOf: number | null): Rate {
  if (kind.plain !== null && call.data.usage?.requests === undefined) return kind.plain;
  const time = asOf ?? parseInstant(call.at);
  for (let position = 0; position < kind.found.length; position += 1) {
    const cards = kind.found[position]?.cards ?? [];
    // Without a time the newest card is the best guess, and is called one.
    const index = cardInForce(cards, time ?? Number.MAX_SAFE_INTEGER);
    const card = cards[index];
    if (card === undefined) continue;
    const rate = rateFor(kind, position, index, inputTokens, missingPrices(call, card, time));
    if (rate !== null) return rate;
  }
  return unpricedRate('unpriced', kind.found.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE);
}
