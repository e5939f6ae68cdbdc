// Numbers and texts that are varied and yet the same in every measurement.

export interface RandomSource {
  /** A whole number from `low` up to and including `high`. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Uint8Array;
  /** `length` characters out of the middle of a long text. */
  text(length: number): string;
}

const WORDS =
  'the run of a report that is read only when it fails lists which step called what model about how many pages, and why an answer came late: “because” the café’s naïve cache expired at 10 o’clock — or was never warm; prices, tokens, retries and limits are listed below with a "quoted" note\tper line'.split(
    ' ',
  );

/** A small generator (mulberry32): good enough to make texts differ, and without state outside. */
export function createChance(seed: number): RandomSource {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const between = (low: number, high: number): number => low + (next() % (high - low + 1));
  const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
  return {
    between,
    pick,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 255),
    text(length) {
      const passage = (long ??= passageOf(createChance(0)));
      const start = between(0, passage.length - length);
      return passage.slice(start, start + length);
    },
  };
}

const PASSAGE_CHARACTERS = 500_000;
let long: string | undefined;

function passageOf(chance: RandomSource): string {
  const words: string[] = [];
  for (let length = 0; length < PASSAGE_CHARACTERS; length += 5) {
    words.push(chance.pick(WORDS), chance.between(0, 14) === 0 ? '.\n' : ' ');
  }
  return words.join('');
}
