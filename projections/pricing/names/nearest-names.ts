// Finds the known names that are most similar to an unknown one, as suggestions. Never used to price a call.

/** Counts the pairs of letters in a name. The form is cheap to copy. */
interface LetterPairs {
  /** Positions in `counts`. */
  readonly at: ReadonlyMap<number, number>;
  readonly counts: Uint8Array;
  readonly all: number;
}

const SPACE = 32;

/** Encodes two letters as one number. The ends of a name count as letters. */
function pairAt(text: string, index: number): number {
  const first = index === 0 ? SPACE : text.charCodeAt(index - 1);
  const second = index === text.length ? SPACE : text.charCodeAt(index);
  return first * 0x1_00_00 + second;
}

function pairsOf(text: string): LetterPairs {
  const at = new Map<number, number>();
  const counts = new Uint8Array(text.length + 1);
  for (let index = 0; index <= text.length; index += 1) {
    const pair = pairAt(text, index);
    const position = at.get(pair) ?? at.size;
    at.set(pair, position);
    counts[position] = (counts[position] ?? 0) + 1;
  }
  return { at, counts, all: text.length + 1 };
}

/**
 * The share of letter pairs that two names have in common, 0 to 1. Allocates no list of pairs, since names are many.
 */
function similarity(name: LetterPairs, other: string): number {
  const left = name.counts.slice();
  let common = 0;
  for (let index = 0; index <= other.length; index += 1) {
    const position = name.at.get(pairAt(other, index));
    if (position === undefined) continue;
    const count = left[position] ?? 0;
    if (count === 0) continue;
    left[position] = count - 1;
    common += 1;
  }
  return (2 * common) / (name.all + other.length + 1);
}

const LEAST_SIMILARITY = 0.5;

const byScore = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1);

/** Returns at most `limit` names, the most similar first. The list may be empty. */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): string[] {
  const pairs = pairsOf(name.trim().toLowerCase().slice(0, 200));
  const scored: [string, number][] = [];
  for (const other of known) {
    // Names of so different a length cannot have enough in common.
    const all = other.length + 1;
    if (2 * Math.min(pairs.all, all) < LEAST_SIMILARITY * (pairs.all + all)) continue;
    const score = similarity(pairs, other);
    if (score >= LEAST_SIMILARITY) scored.push([other, score]);
  }
  return scored
    .sort(byScore)
    .slice(0, limit)
    .map(([other]) => other);
}
