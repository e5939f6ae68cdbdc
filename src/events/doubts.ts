// Defines the doubts about the cost of a model call: reasons why the amount may not be what the provider bills.

/** In the order in which results list them. */
export const DOUBT_CODES = [
  'TOTAL_MISMATCH',
  'USAGE_UNREAD',
  'CLASS_UNPRICED',
  'NAME_FLOATING',
  'SELLER_ASSUMED',
  'REGION_ASSUMED',
  'TIER_UNPRICED',
  'REPORTED_DIFFERS',
  'PRICES_OLD',
] as const;

export type DoubtCode = (typeof DOUBT_CODES)[number];

/** A call with a doubt is never part of an exact total. */
export interface Doubt {
  readonly code: DoubtCode;
  /** Half a sentence, without counts: calls with the same doubt share its text. */
  readonly reason: string;
}

export const NO_DOUBTS: readonly Doubt[] = Object.freeze([]);

/** Of lists that many calls share. */
const keys = new WeakMap<readonly Doubt[], string>();

/** Returns a text that is equal only for the same doubts in the same order. */
export function doubtsKey(doubts: readonly Doubt[]): string {
  if (doubts.length === 0) return '';
  const known = keys.get(doubts);
  if (known !== undefined) return known;
  const key = JSON.stringify(doubts.map(({ code, reason }): readonly string[] => [code, reason]));
  if (Object.isFrozen(doubts)) keys.set(doubts, key);
  return key;
}
