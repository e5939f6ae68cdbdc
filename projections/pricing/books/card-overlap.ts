// Whether two cards of one model claim the same moment. A card with hours may lie over one without.
import { dayOf } from '../instant.ts';
import type { Card } from './price-card.ts';

const DAY_SECONDS = 86_400;

function datesMeet(a: Card, b: Card): boolean {
  return (a.from ?? -Infinity) < (b.until ?? Infinity) && (b.from ?? -Infinity) < (a.until ?? Infinity);
}

/** A window that passes midnight is two of one day. */
function spans(window: readonly [number, number]): readonly (readonly [number, number])[] {
  const [start, end] = window;
  return start < end
    ? [window]
    : [
        [start, DAY_SECONDS],
        [0, end],
      ];
}

function hoursMeet(a: Card, b: Card): boolean {
  if (a.window === null || b.window === null) return a.window === b.window;
  const theirs = spans(b.window);
  return spans(a.window).some(([start, end]) => theirs.some(([from, until]) => start < until && from < end));
}

function nameOf(card: Card): string {
  const day = (at: number | null): string => (at === null ? 'open' : dayOf(at));
  return `${day(card.from)} to ${day(card.until)}`;
}

/** What is wrong with these cards of one model, or null. */
export function cardOverlap(cards: readonly Card[]): string | null {
  for (const [index, a] of cards.entries()) {
    if (a.from !== null && a.until !== null && a.from >= a.until) return `${nameOf(a)} is no stretch of time`;
    for (const b of cards.slice(index + 1)) {
      if (datesMeet(a, b) && hoursMeet(a, b)) return `${nameOf(a)} and ${nameOf(b)} overlap`;
    }
  }
  return null;
}
