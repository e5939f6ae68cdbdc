// Finds the name that was probably meant, by edit distance. Swapping two adjacent letters counts as one edit.

const MAX_LENGTH = 64;
/** A file may have thousands of names and as many wrong ones. */
const MOST_CANDIDATES = 500;

/**
 * Returns the first of the nearest candidates, else the only longer one. Longer is one that begins with the name.
 * Returns undefined if no candidate is near enough for a suggestion. Ignores case, and treats `-` as `_`.
 */
export function findNearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const listed = chooseCandidates(name, [...candidates]);
  return findByEdits(name, listed) ?? findOnlyLonger(name, listed);
}

/** Of very many names only those with the same first letter are compared. */
function chooseCandidates(name: string, candidates: readonly string[]): readonly string[] {
  if (candidates.length <= MOST_CANDIDATES) return candidates;
  const start = name.slice(0, 1);
  return candidates.filter((candidate) => candidate.startsWith(start)).slice(0, MOST_CANDIDATES);
}

function findByEdits(name: string, candidates: readonly string[]): string | undefined {
  const target = normalize(name);
  let best: string | undefined;
  // Two names of one letter are never similar.
  let fewest = target.length < 2 ? 1 : Math.max(1, Math.floor(target.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= fewest) continue;
    const edits = editDistance(target, normalize(candidate));
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Suggests the nearest candidate in a sentence. Returns undefined if no candidate is near enough. */
export function suggestNearest(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = findNearestName(name, candidates);
  return nearest === undefined ? undefined : `Did you mean ${nearest}?`;
}

/** Too much begins with less than three letters. */
function findOnlyLonger(name: string, candidates: readonly string[]): string | undefined {
  const target = normalize(name);
  if (target.length < 3) return undefined;
  const [only, ...others] = candidates.filter(
    (candidate) => candidate.length > name.length && normalize(candidate).startsWith(target),
  );
  return others.length === 0 ? only : undefined;
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1));
      if (j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
