// Numbers what a number of a raw usage may be.

/** A usage in which it is not 0 is not ordinary. */
export const ZERO = 0;
export const IGNORED = 1;
export const INPUT = 2;
export const OUTPUT = 3;
export const TOTAL = 4;
export const CACHED = 5;
export const WRITTEN = 6;
export const WRITTEN_5M = 7;
export const WRITTEN_1H = 8;
export const REASONING = 9;
/** Reasoning that is counted apart from the output. */
export const THOUGHTS = 10;

/** An amount of money. */
export const BILL = 11;

/** Input that was not cached: the rest of the input under a name of its own. */
export const UNCACHED = 12;

export const SLOTS = 13;
