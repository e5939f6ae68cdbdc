// Chooses the price of a call: the first card in force at its time, the tier of its size, and its service tier. Rates
// are built once and cached, since a log has many calls and few kinds of calls.
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import { factDoubts, overlaysFor, type CallFacts } from './call-facts.ts';
import type { FoundCards } from './find-cards.ts';
import { isWholeDay, parseInstant } from './instant.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import { cardInForce, isInForce, tierIndex, type Card, type CardTier } from './books/price-card.ts';
import {
  buildRate,
  conditionTexts,
  unpricedRate,
  type AppliedOverlay,
  type BuiltRate,
  type Rate,
} from './rate.ts';
import { earlyCallDoubt, isBeforeHistory, oldPricesDoubt, pricesAreOld } from './price-age.ts';
import { findRecent, keepRecent, type RecentRates } from './recent-rates.ts';
import type { UsageReading } from './tokens-by-class.ts';

export const UNKNOWN_MODEL = 'the price books do not know this model';
export const NOT_IN_FORCE = 'no price is in force at the time of the call';
const NO_TIME = 'the time of the call cannot be read';

type Metered = Extract<UsageReading, { state: 'metered' }>;

/** A rate, and its variants with doubts about some classes of tokens. */
interface RateFamily extends BuiltRate {
  /** By the classes that raise a doubt, as bits. */
  readonly ratesByDoubts: Map<number, Rate>;
  build(doubts: readonly Doubt[]): Rate;
}

/** Everything that calls of one kind share. Time and size of a call then decide its price. */
export interface CallKind {
  /** In order of precedence, with the cards whose conditions these calls meet. */
  readonly found: readonly KindCards[];
  /** The service tier, or null for standard prices. */
  readonly serviceTier: string | null;
  readonly rates: Map<number | string, RateFamily>;
  /** No price changes within a day. */
  readonly isByDay: boolean;
  recent: RecentRates<RateFamily> | null;
}

interface KindCards extends FoundCards {
  readonly factDoubts: readonly Doubt[];
}

const isTimeless = (card: Card): boolean =>
  card.from === null && card.until === null && card.window === null && card.days === null;

function tiersOf(card: Card, serviceTier: string | null): readonly CardTier[] {
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  return special !== undefined && 'prices' in special ? special.tiers : card.tiers;
}

/** Names the price of long input that a published list does not have; else undefined. */
function missingLongPrice(card: Card, serviceTier: string | null, input: number): string | undefined {
  if (card.tiers.length === 0)
    return card.uncertainAbove !== null && input > card.uncertainAbove ? 'long input' : undefined;
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  // A list of a service tier without tiers of its own is not for long input, which has another price.
  if (special === undefined || 'multiplier' in special || special.tiers.length > 0) return undefined;
  return tierIndex(card.tiers, input) < 0 ? undefined : `long input in service tier "${serviceTier ?? ''}"`;
}

interface Missing {
  /** Why the price is only an estimate. */
  readonly reasons: readonly string[];
  readonly doubts: readonly Doubt[];
}

const NOTHING_MISSING: Missing = { reasons: [], doubts: NO_DOUBTS };

interface RateChoice {
  readonly card: Card;
  readonly tier: CardTier | null;
  readonly overlays: readonly AppliedOverlay[];
  readonly missing: Missing;
  readonly isOld: boolean;
  /** The call is older than what the list knows of changes. */
  readonly isEarly: boolean;
}

function rateFamily(found: KindCards, serviceTier: string | null, choice: RateChoice): RateFamily {
  const { card, missing } = choice;
  const hasTier = serviceTier !== null && card.serviceTiers.has(serviceTier);
  const noTier = serviceTier === null || hasTier ? [] : [`no price for service tier "${serviceTier}"`];
  const reasons = [...(found.reason === null ? [] : [found.reason]), ...noTier, ...missing.reasons];
  const doubts: Doubt[] = [
    ...(found.doubts ?? NO_DOUBTS),
    ...card.doubts,
    ...noTier.map((reason): Doubt => ({ code: 'TIER_UNPRICED', reason })),
    ...found.factDoubts,
    ...missing.doubts,
    ...(choice.isOld && found.age !== null ? [oldPricesDoubt(found.age)] : []),
    ...(choice.isEarly && found.age !== null ? [earlyCallDoubt(found.age)] : []),
  ];
  const origin = {
    ...found,
    position: `${found.position}.${String(found.cards.indexOf(card))}`,
    reason: reasons.length === 0 ? null : reasons.join('; '),
  };
  const build = (more: readonly Doubt[]): BuiltRate =>
    buildRate(
      { ...choice, serviceTier: hasTier ? serviceTier : null },
      { ...origin, doubts: [...doubts, ...more] },
    );
  return { ...build([]), ratesByDoubts: new Map(), build: (more) => build(more).rate };
}

export function createCallKind(
  all: readonly FoundCards[],
  serviceTier: string | null,
  facts: CallFacts,
): CallKind {
  const found = all.map((cards): KindCards => {
    const known = cards.region === null ? facts : { region: cards.region, ...facts };
    const overlays = overlaysFor(cards.overlays, known);
    return { ...cards, overlays, factDoubts: factDoubts(known, overlays, cards.overlays) };
  });
  const isByDay = found.every(({ cards, overlays }) => [...cards, ...overlays].every(changesByDay));
  return { found, serviceTier, rates: new Map(), isByDay, recent: null };
}

function changesByDay({ from, until, window, days }: Card): boolean {
  return [from, until].every((at) => at === null || isWholeDay(at)) && window === null && days === null;
}

/** Lists the server-tool requests of a call that the cards have no price for. */
function missingRequests(requests: Readonly<Record<string, number>>, cards: readonly Card[]): string {
  const missing = Object.keys(requests).filter(
    (name) =>
      (requests[name] ?? 0) > 0 &&
      name !== 'request' &&
      !cards.some((card) => Object.hasOwn(card.requests, name)),
  );
  return missing.sort().join(', ');
}

/** Milliseconds since 1970, or null if it cannot be read. */
type CallTime = number | null;

function missingPrices(call: ModelCall, cards: readonly Card[], time: CallTime): Missing {
  const requests = call.data.usage?.requests;
  const noTime = time === null && !cards.every(isTimeless) ? [NO_TIME] : [];
  if (requests === undefined)
    return noTime.length === 0 ? NOTHING_MISSING : { reasons: noTime, doubts: NO_DOUBTS };
  const names = missingRequests(requests, cards);
  const missing = names === '' ? [] : [`no price for ${names} requests`];
  const doubts = missing.map((reason): Doubt => ({ code: 'CLASS_UNPRICED', reason }));
  return { reasons: [...missing, ...noTime], doubts };
}

function withUnpriced(missing: Missing, unpriced: readonly string[]): Missing {
  if (unpriced.length === 0) return missing;
  const doubts = unpriced.map((what): Doubt => ({ code: 'TIER_UNPRICED', reason: `no price for ${what}` }));
  return { ...missing, doubts: [...missing.doubts, ...doubts] };
}

const hasPrices = ({ card }: AppliedOverlay): boolean => Object.keys(card.prices).length > 0;

/**
 * Lists the conditions of a call that its price cannot contain. Prices of a service tier replace those of a condition,
 * and those of a condition replace those of long input.
 */
function replacedPrices(
  overlays: readonly AppliedOverlay[],
  card: Card,
  serviceTier: string | null,
  isLong: boolean,
): string[] {
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  const isReplaced = special !== undefined && 'prices' in special;
  return overlays.filter(hasPrices).flatMap((one) => {
    const condition = conditionTexts({ ...one, tier: null }).join(', ');
    if (isReplaced) return [`${condition} in service tier "${serviceTier ?? ''}"`];
    return isLong && one.card.tiers.length === 0 ? [`long input with ${condition}`] : [];
  });
}

const NOTHING: readonly string[] = [];

/** Names the prices that a card does not have. A list that a user wrote has the prices that it means to have. */
function unpricedIn(
  { isImported }: KindCards,
  card: Card,
  { serviceTier }: CallKind,
  { overlays, input }: { readonly overlays: readonly AppliedOverlay[]; readonly input: number },
): readonly string[] {
  const long = isImported ? missingLongPrice(card, serviceTier, input) : undefined;
  if (overlays.length === 0) return long === undefined ? NOTHING : [long];
  const isLong = isImported && tierIndex(card.tiers, input) >= 0;
  return [...(long === undefined ? NOTHING : [long]), ...replacedPrices(overlays, card, serviceTier, isLong)];
}

/** Adds the doubts about the classes that this call has tokens of. */
function withAssumptions(family: RateFamily, tokens: readonly number[]): Rate {
  let bits = 0;
  for (const { at } of family.assumptions) {
    if ((tokens[at] ?? 0) !== 0) bits |= 1 << at;
  }
  if (bits === 0) return family.rate;
  const known = family.ratesByDoubts.get(bits);
  if (known !== undefined) return known;
  const doubts = family.assumptions.filter(({ at }) => (bits & (1 << at)) !== 0).map(({ doubt }) => doubt);
  const rate = family.build(doubts);
  family.ratesByDoubts.set(bits, rate);
  return rate;
}

/** Lists the overlays in force, each with the tier of this much input. */
function overlaysAt(overlays: readonly Card[], time: number, inputTokens: number): AppliedOverlay[] {
  return overlays
    .filter((card) => isInForce(card, time))
    .map((card) => ({ card, tier: card.tiers[tierIndex(card.tiers, inputTokens)] ?? null }));
}

const NO_OVERLAYS: readonly AppliedOverlay[] = [];

/** Cards with one condition may differ in dates, days and hours: their positions distinguish them. */
function overlayKey(overlays: readonly AppliedOverlay[], all: readonly Card[]): string {
  return overlays
    .map(
      ({ card, tier }) =>
        `${String(all.indexOf(card))}.${String(tier === null ? -1 : card.tiers.indexOf(tier))}`,
    )
    .join();
}

const OLD = 1;
const EARLY = 2;

/** Whether the prices are old, or the call is older than their history; else 0. */
function ageDoubtOf({ age }: KindCards, card: Card, time: CallTime): number {
  if (time === null) return 0;
  const isOld = pricesAreOld(age, time);
  if (isOld) return OLD;
  return card.from === null && isBeforeHistory(age, time) ? EARLY : 0;
}

/** A call with its usage, and the time of its prices. */
interface PricedCall {
  readonly call: ModelCall;
  readonly reading: Metered;
  readonly time: CallTime;
}

function familyAt(
  kind: CallKind,
  position: number,
  { call, reading, time }: PricedCall,
): { readonly family: RateFamily; readonly cards: readonly Card[] } | null {
  const found = kind.found[position];
  if (found === undefined) return null;
  // Without a time the newest card is the best guess. The rate is then an estimate.
  const at = time ?? Number.MAX_SAFE_INTEGER;
  const index = cardInForce(found.cards, at);
  const card = found.cards[index];
  if (card === undefined) return null;
  const tiers = tiersOf(card, kind.serviceTier);
  const tier = tierIndex(tiers, reading.inputTokens);
  const overlays =
    found.overlays.length === 0 ? NO_OVERLAYS : overlaysAt(found.overlays, at, reading.inputTokens);
  const cards = overlays.length === 0 ? [card] : [card, ...overlays.map((one) => one.card)];
  const unpriced = unpricedIn(found, card, kind, { overlays, input: reading.inputTokens });
  const missing = withUnpriced(missingPrices(call, cards, time), unpriced);
  const ageDoubt = ageDoubtOf(found, card, time);
  // Nearly always a number, which is faster than a text. No model has 1,000 cards, and no card 1,000 tiers.
  const place = ((position * 1000 + index) * 1000 + tier + 1) * 4 + ageDoubt;
  const isPlain = missing === NOTHING_MISSING && overlays.length === 0;
  const key = isPlain
    ? place
    : [place, unpriced.join('; '), missing.reasons.join('; '), overlayKey(overlays, found.overlays)].join(
        '|',
      );
  let family = kind.rates.get(key);
  if (family === undefined) {
    family = rateFamily(found, kind.serviceTier, {
      card,
      tier: tiers[tier] ?? null,
      overlays,
      missing,
      isOld: ageDoubt === OLD,
      isEarly: ageDoubt === EARLY,
    });
    kind.rates.set(key, family);
  }
  return { family, cards };
}

/** `asOf` null: uses the prices of the call's own time. */
export function choosePrice(kind: CallKind, call: ModelCall, reading: Metered, asOf: number | null): Rate {
  const recent = findRecent(kind.recent, call, reading.inputTokens, asOf);
  if (recent !== null) return withAssumptions(recent, reading.tokens);
  const priced = { call, reading, time: asOf ?? parseInstant(call.at) };
  for (let position = 0; position < kind.found.length; position += 1) {
    const chosen = familyAt(kind, position, priced);
    if (chosen === null) continue;
    if (kind.isByDay && priced.time !== null)
      kind.recent = keepRecent(kind.recent, priced, chosen.family, chosen.cards);
    return withAssumptions(chosen.family, reading.tokens);
  }
  return unpricedRate('unpriced', kind.found.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE);
}
