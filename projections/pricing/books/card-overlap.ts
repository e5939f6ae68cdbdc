// Finds cards of one model that are in force at the same time. A card with hours may overlap one without.
import { dayOf } from '../instant.ts';
import type { Card } from './price-card.ts';

const DAY_SECONDS = 86_400;

function datesOverlap(a: Card, b: Card): boolean {
  return (a.from ?? -Infinity) < (b.until ?? Infinity) && (b.from ?? -Infinity) < (a.until ?? Infinity);
}

/** Splits a window that passes midnight into two of one day. */
function spans(window: readonly [number, number]): readonly (readonly [number, number])[] {
  const [start, end] = window;
  return start < end
    ? [window]
    : [
        [start, DAY_SECONDS],
        [0, end],
      ];
}

function hoursOverlap(a: Card, b: Card): boolean {
  if (a.window === null || b.window === null) return a.window === b.window;
  const others = spans(b.window);
  return spans(a.window).some(([start, end]) => others.some(([from, until]) => start < until && from < end));
}

function nameOf(card: Card): string {
  const day = (at: number | null): string => (at === null ? 'open' : dayOf(at));
  return `${day(card.from)} to ${day(card.until)}`;
}

/** Describes the first problem with the cards of one model, or returns null. */
export function cardOverlap(cards: readonly Card[]): string | null {
  for (const [index, a] of cards.entries()) {
    if (a.from !== null && a.until !== null && a.from >= a.until)
      return `${nameOf(a)} is not a period of time`;
    for (const b of cards.slice(index + 1)) {
      if (datesOverlap(a, b) && hoursOverlap(a, b)) return `${nameOf(a)} and ${nameOf(b)} overlap`;
    }
  }
  return null;
}
