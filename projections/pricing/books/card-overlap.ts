// Finds cards of one model that are in force at the same time. A card with hours may overlap one without.
import { dayOf } from '../instant.ts';
import type { Card } from './price-card.ts';

const DAY_SECONDS = 86_400;

function datesOverlap(a: Card, b: Card): boolean {
  return (a.from ?? -Infinity) < (b.until ?? Infinity) && (b.from ?? -Infinity) < (a.until ?? Infinity);
}

const WEEK_SECONDS = 7 * DAY_SECONDS;

/** Lists the hours of a card in seconds of the week. One that passes Sunday's midnight is split. */
function spans({ window, days }: Card): (readonly [number, number])[] {
  const [start, end] = window ?? [0, DAY_SECONDS];
  const length = start < end ? end - start : DAY_SECONDS - start + end;
  return [0, 1, 2, 3, 4, 5, 6]
    .filter((day) => days === null || days[day] === true)
    .flatMap((day) => {
      const from = day * DAY_SECONDS + start;
      const until = from + length;
      if (until <= WEEK_SECONDS) return [[from, until] as const];
      return [[from, WEEK_SECONDS] as const, [0, until - WEEK_SECONDS] as const];
    });
}

const hasHours = ({ window, days }: Card): boolean => window !== null || days !== null;

function hoursOverlap(a: Card, b: Card): boolean {
  if (!hasHours(a) || !hasHours(b)) return hasHours(a) === hasHours(b);
  const others = spans(b);
  return spans(a).some(([start, end]) => others.some(([from, until]) => start < until && from < end));
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
