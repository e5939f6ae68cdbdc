// A set of whole numbers that come nearly in order, kept as stretches: a million calls numbered without a gap take
// two numbers. What comes again is kept apart. It knows no events.

export interface NumberSet {
  /** First and last of each stretch, in order, with a gap between any two: `[1, 4, 7, 7]`. */
  readonly spans: number[];
  /** What was added although it was there, in order, as often as it came. */
  readonly repeats: number[];
}

export function emptyNumberSet(): NumberSet {
  return { spans: [], repeats: [] };
}

export function addNumber(set: NumberSet, number: number): void {
  const { spans } = set;
  const last = spans.at(-1);
  if (last === undefined || number > last + 1) spans.push(number, number);
  else if (number === last + 1) spans[spans.length - 1] = number;
  else insert(set, number);
}

/** A number that is not the next one. */
function insert({ spans, repeats: again }: NumberSet, number: number): void {
  const at = firstEndingFrom(spans, number);
  const low = spans[at] ?? 0;
  if (number >= low) {
    again.splice(placeIn(again, number), 0, number);
    return;
  }
  const touchesBefore = at > 0 && spans[at - 1] === number - 1;
  const touchesBehind = low === number + 1;
  if (touchesBefore && touchesBehind) spans.splice(at - 1, 2);
  else if (touchesBefore) spans[at - 1] = number;
  else if (touchesBehind) spans[at] = number;
  else spans.splice(at, 0, number, number);
}

/** Where the first stretch begins that does not end before `number`; there is one. */
function firstEndingFrom(spans: readonly number[], number: number): number {
  let [low, high] = [0, spans.length / 2 - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[2 * middle + 1] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

function placeIn(sorted: readonly number[], number: number): number {
  const at = sorted.findLastIndex((one) => one <= number);
  return at + 1;
}

export function mergeNumberSets(a: NumberSet, b: NumberSet): NumberSet {
  return {
    spans: unionSpans(a.spans, b.spans),
    repeats: [...a.repeats, ...b.repeats, ...numbersIn(intersectSpans(a.spans, b.spans))].sort(
      (one, two) => one - two,
    ),
  };
}

/** In order, each once. */
export function numbersIn(spans: readonly number[]): number[] {
  const numbers: number[] = [];
  eachSpan(spans, (low, high) => {
    for (let number = low; number <= high; number += 1) numbers.push(number);
  });
  return numbers;
}

/** The stretches of both together. */
export function unionSpans(a: readonly number[], b: readonly number[]): number[] {
  const spans: number[] = [];
  const [one, two] = [pairs(a), pairs(b)];
  for (const [low, high] of [...one, ...two].sort((left, right) => left[0] - right[0])) {
    const end = spans.at(-1);
    if (end === undefined || low > end + 1) spans.push(low, high);
    else if (high > end) spans[spans.length - 1] = high;
  }
  return spans;
}

/** The stretches that are in both. */
export function intersectSpans(a: readonly number[], b: readonly number[]): number[] {
  const spans: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const low = Math.max(a[i] ?? 0, b[j] ?? 0);
    const [endOfA = 0, endOfB = 0] = [a[i + 1], b[j + 1]];
    const high = Math.min(endOfA, endOfB);
    if (low <= high) spans.push(low, high);
    if (endOfA < endOfB) i += 2;
    else j += 2;
  }
  return spans;
}

/** The stretches of `a` that are not in `b`. */
export function subtractSpans(a: readonly number[], b: readonly number[]): number[] {
  const spans: number[] = [];
  const taken = intersectSpans(a, b);
  let at = 0;
  eachSpan(a, (low, high) => {
    let next = low;
    for (; at < taken.length && (taken[at] ?? 0) <= high; at += 2) {
      const [from = 0, to = 0] = [taken[at], taken[at + 1]];
      if (from > next) spans.push(next, from - 1);
      next = to + 1;
    }
    if (next <= high) spans.push(next, high);
  });
  return spans;
}

function eachSpan(spans: readonly number[], visit: (low: number, high: number) => void): void {
  for (let at = 0; at < spans.length; at += 2) visit(spans[at] ?? 0, spans[at + 1] ?? 0);
}

function pairs(spans: readonly number[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  eachSpan(spans, (low, high) => found.push([low, high]));
  return found;
}
