// Which known names look most like an unknown one. For people to read; nothing is ever priced by it.

/** How often each pair of letters is in a name, in a form that a copy of is cheap. */
interface LetterPairs {
  /** Position in `counts`. */
  readonly at: ReadonlyMap<number, number>;
  readonly counts: Uint8Array;
  readonly all: number;
}

const SPACE = 32;

/** Two letters as one number; the ends of a name count as letters. */
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

/** 0 to 1: the share of letter pairs that two names have in common. Without a list of pairs: there are many names. */
function likeness(wanted: LetterPairs, other: string): number {
  const left = wanted.counts.slice();
  let common = 0;
  for (let index = 0; index <= other.length; index += 1) {
    const position = wanted.at.get(pairAt(other, index));
    if (position === undefined) continue;
    const count = left[position] ?? 0;
    if (count === 0) continue;
    left[position] = count - 1;
    common += 1;
  }
  return (2 * common) / (wanted.all + other.length + 1);
}

const byScore = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1);

/** At most `limit` names, the nearest first; none when nothing comes near. */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): string[] {
  const wanted = pairsOf(name.trim().toLowerCase().slice(0, 200));
  const scored: [string, number][] = [];
  for (const other of known) {
    const score = likeness(wanted, other);
    if (score >= 0.5) scored.push([other, score]);
  }
  return scored
    .sort(byScore)
    .slice(0, limit)
    .map(([other]) => other);
}
