// Which known names look most like an unknown one. For people to read; nothing is ever priced by it.

function pairs(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const padded = ` ${text} `;
  for (let i = 0; i < padded.length - 1; i += 1) {
    const pair = padded.slice(i, i + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** 0 to 1: the share of letter pairs that two names have in common. */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let all = 0;
  for (const [pair, count] of a) {
    common += Math.min(count, b.get(pair) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return (2 * common) / all;
}

const byScore = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1);

/** At most `limit` names, the nearest first; none when nothing comes near. */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): string[] {
  const wanted = pairs(name.trim().toLowerCase().slice(0, 200));
  const scored: [string, number][] = [];
  for (const other of known) {
    const score = likeness(wanted, pairs(other));
    if (score >= 0.5) scored.push([other, score]);
  }
  return scored
    .sort(byScore)
    .slice(0, limit)
    .map(([other]) => other);
}
