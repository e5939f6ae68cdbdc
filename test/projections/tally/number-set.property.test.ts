// Invariant: a set of numbers stored as ranges equals a plain set, in any order of additions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addNumber,
  intersectRanges,
  emptyNumberSet,
  unionRanges,
  mergeNumberSets,
  numbersIn,
  subtractRanges,
  type NumberSet,
} from '../../../projections/tally/number-set.ts';

const numbers = fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 14 });

function setOf(added: readonly number[]): NumberSet {
  const set = emptyNumberSet();
  for (const number of added) addNumber(set, number);
  return set;
}

const inOrder = (some: Iterable<number>): number[] => [...some].sort((a, b) => a - b);

/** Members and repetitions, the naive way. */
function naive(added: readonly number[]): { readonly once: number[]; readonly again: number[] } {
  const once = new Set<number>();
  const again: number[] = [];
  for (const number of added) {
    if (once.has(number)) again.push(number);
    once.add(number);
  }
  return { once: inOrder(once), again: inOrder(again) };
}

test('added numbers are members, in as few ranges as possible', () => {
  fc.assert(
    fc.property(numbers, (added) => {
      const { ranges, repeats: again } = setOf(added);
      const { once, again: repeated } = naive(added);
      expect(numbersIn(ranges)).toEqual(once);
      expect(again).toEqual(repeated);
      const starts = once.filter((number) => !once.includes(number - 1));
      expect(ranges.length).toBe(2 * starts.length);
    }),
  );
});

test('two sets merge into the set of both', () => {
  fc.assert(
    fc.property(numbers, numbers, (one, two) => {
      expect(mergeNumberSets(setOf(one), setOf(two))).toEqual(setOf([...one, ...two]));
    }),
  );
});

test('intersection, difference and union equal those of plain sets', () => {
  fc.assert(
    fc.property(numbers, numbers, (one, two) => {
      const [a, b] = [setOf(one).ranges, setOf(two).ranges];
      const [inA, inB] = [naive(one).once, naive(two).once];
      expect(numbersIn(intersectRanges(a, b))).toEqual(inA.filter((number) => inB.includes(number)));
      expect(numbersIn(subtractRanges(a, b))).toEqual(inA.filter((number) => !inB.includes(number)));
      expect(numbersIn(unionRanges(a, b))).toEqual(inOrder(new Set([...inA, ...inB])));
    }),
  );
});

test('a million numbers in order are one range', () => {
  const set = emptyNumberSet();
  for (let number = 1; number <= 1_000_000; number += 1) addNumber(set, number);
  expect(set).toEqual({ ranges: [1, 1_000_000], repeats: [] });
});
