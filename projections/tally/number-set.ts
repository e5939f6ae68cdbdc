// Stores a set of whole numbers that arrive nearly in order as ranges. A million numbers without a gap take two
// numbers. Repeated numbers are stored separately.

export interface NumberSet {
  /** First and last number of each range, in order, with gaps between ranges: `[1, 4, 7, 7]`. */
  readonly ranges: number[];
  /** Numbers that were added again, in order, once for each repetition. */
  readonly repeats: number[];
}

export function emptyNumberSet(): NumberSet {
  return { ranges: [], repeats: [] };
}

export function addNumber(set: NumberSet, number: number): void {
  const { ranges } = set;
  const last = ranges[ranges.length - 1];
  if (last === undefined || number > last + 1) ranges.push(number, number);
  else if (number === last + 1) ranges[ranges.length - 1] = number;
  else insert(set, number);
}

export function hasNumber({ ranges }: NumberSet, number: number): boolean {
  const last = ranges[ranges.length - 1];
  if (last === undefined || number > last) return false;
  return (ranges[findRange(ranges, number)] ?? Infinity) <= number;
}

/** Adds a number that does not follow the last one. */
function insert({ ranges, repeats }: NumberSet, number: number): void {
  const at = findRange(ranges, number);
  const low = ranges[at] ?? 0;
  if (number >= low) {
    repeats.splice(insertionIndex(repeats, number), 0, number);
    return;
  }
  const touchesBefore = at > 0 && ranges[at - 1] === number - 1;
  const touchesAfter = low === number + 1;
  if (touchesBefore && touchesAfter) ranges.splice(at - 1, 2);
  else if (touchesBefore) ranges[at - 1] = number;
  else if (touchesAfter) ranges[at] = number;
  else ranges.splice(at, 0, number, number);
}

/** Finds the index of the first range that does not end before `number`. Such a range must exist. */
function findRange(ranges: readonly number[], number: number): number {
  let [low, high] = [0, ranges.length / 2 - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[2 * middle + 1] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

function insertionIndex(sorted: readonly number[], number: number): number {
  const at = sorted.findLastIndex((one) => one <= number);
  return at + 1;
}

export function mergeNumberSets(a: NumberSet, b: NumberSet): NumberSet {
  return {
    ranges: unionRanges(a.ranges, b.ranges),
    repeats: [...a.repeats, ...b.repeats, ...numbersIn(intersectRanges(a.ranges, b.ranges))].sort(
      (one, two) => one - two,
    ),
  };
}

/** Lists the numbers in order, each once. */
export function numbersIn(ranges: readonly number[]): number[] {
  const numbers: number[] = [];
  forEachRange(ranges, (low, high) => {
    for (let number = low; number <= high; number += 1) numbers.push(number);
  });
  return numbers;
}

/** The ranges of both sets together. */
export function unionRanges(a: readonly number[], b: readonly number[]): number[] {
  const ranges: number[] = [];
  const [one, two] = [pairs(a), pairs(b)];
  for (const [low, high] of [...one, ...two].sort((left, right) => left[0] - right[0])) {
    const end = ranges.at(-1);
    if (end === undefined || low > end + 1) ranges.push(low, high);
    else if (high > end) ranges[ranges.length - 1] = high;
  }
  return ranges;
}

/** The ranges that are in both sets. */
export function intersectRanges(a: readonly number[], b: readonly number[]): number[] {
  const ranges: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const low = Math.max(a[i] ?? 0, b[j] ?? 0);
    const [endOfA = 0, endOfB = 0] = [a[i + 1], b[j + 1]];
    const high = Math.min(endOfA, endOfB);
    if (low <= high) ranges.push(low, high);
    if (endOfA < endOfB) i += 2;
    else j += 2;
  }
  return ranges;
}

/** The ranges of `a` that are not in `b`. */
export function subtractRanges(a: readonly number[], b: readonly number[]): number[] {
  const ranges: number[] = [];
  const taken = intersectRanges(a, b);
  let at = 0;
  forEachRange(a, (low, high) => {
    let next = low;
    for (; at < taken.length && (taken[at] ?? 0) <= high; at += 2) {
      const [from = 0, to = 0] = [taken[at], taken[at + 1]];
      if (from > next) ranges.push(next, from - 1);
      next = to + 1;
    }
    if (next <= high) ranges.push(next, high);
  });
  return ranges;
}

function forEachRange(ranges: readonly number[], visit: (low: number, high: number) => void): void {
  for (let at = 0; at < ranges.length; at += 2) visit(ranges[at] ?? 0, ranges[at + 1] ?? 0);
}

function pairs(ranges: readonly number[]): (readonly [number, number])[] {
  const list: (readonly [number, number])[] = [];
  forEachRange(ranges, (low, high) => list.push([low, high]));
  return list;
}
