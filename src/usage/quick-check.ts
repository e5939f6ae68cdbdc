// Recognises a recorded usage that agrees with the provider's own numbers in the ordinary way: for nearly all calls of
// a log the whole check is then left out. It may only accept; a property test compares it with the whole check.
import type { Usage } from '../events/usage.ts';
import { compileShape, type UsageShape } from './usage-shape.ts';

/** What a call has recorded. */
export interface Recorded {
  readonly usage: Usage;
  /** What the provider bills. */
  readonly bill?: number | undefined;
  /** The usage has more than whole counts of text. Left out: not known yet. */
  readonly hasParts?: boolean;
}

/** True only if `checkRecorded` has no doubt. `numbers`: those of the raw usage in its order, from `from` on. */
export function agrees(
  shape: UsageShape,
  numbers: Numbers,
  from: number,
  { usage, bill, hasParts = partsIn(usage) }: Recorded,
): boolean {
  const { zeros, same, bills } = shape;
  if (shape.tier !== usage.tier) return false;
  for (let index = 0; index < zeros.length; index += 1) {
    if (numbers[from + (zeros[index] ?? 0)] !== 0) return false;
  }
  for (let index = 0; index < same.length; index += 2) {
    const other = numbers[from + (same[index + 1] ?? 0)];
    if (numbers[from + (same[index] ?? 0)] !== other) return false;
  }
  return areBills(bills, numbers, from, bill) && !hasParts && isSame(shape, numbers, from, usage);
}

/** A bill without a place in the usage is from a header. */
function areBills(places: readonly number[], numbers: Numbers, from: number, bill = -1): boolean {
  for (const place of places) {
    const amount = numbers[from + place];
    if (amount !== bill || amount < 0 || amount > Number.MAX_SAFE_INTEGER) return false;
  }
  return true;
}

type Numbers = Readonly<Record<number, number>>;

/** Counts that are rare, and what a usage does not have in the ordinary way. */
export function partsIn(usage: Usage): boolean {
  return (
    usage.input_audio_tokens !== undefined ||
    usage.input_image_tokens !== undefined ||
    usage.output_audio_tokens !== undefined ||
    usage.output_image_tokens !== undefined ||
    usage.cache_read_audio_tokens !== undefined ||
    usage.cache_read_image_tokens !== undefined ||
    usage.speed !== undefined ||
    usage.geo !== undefined
  );
}

/** Counts of `usage` are whole and not negative, so those that equal them are too. */
function isSame(shape: UsageShape, numbers: Numbers, from: number, usage: Usage): boolean {
  const count = (place: number): number => (place < 0 ? 0 : (numbers[from + place] ?? -1));
  const input = count(shape.input);
  const thoughts = count(shape.thoughts);
  const output = count(shape.output) + thoughts;
  const reasoning = count(shape.reasoning) + thoughts;
  const cached = count(shape.cached);
  const written = count(shape.written);
  const total = totalOf(shape, input + output, numbers[from + shape.total]);
  const uncached = shape.cachedBeside ? input : input - cached - written;
  const isWhole = input >= 0 && output >= thoughts && reasoning <= output && total === input + output;
  return (
    isWhole &&
    uncached === usage.input_tokens &&
    hasSameMisses(shape, input - cached, numbers[from + shape.uncached]) &&
    output === usage.output_tokens &&
    hasSameCaches(usage, cached, written) &&
    or0(usage.reasoning_tokens) === reasoning &&
    hasSameWrites(usage, written, count(shape.written1h)) &&
    hasWholeSplit(shape, written, count(shape.written5m) + count(shape.written1h))
  );
}

function hasSameCaches(usage: Usage, cached: number, written: number): boolean {
  return or0(usage.cache_read_input_tokens) === cached && or0(usage.cache_creation_input_tokens) === written;
}

/** Misses contain what was written to the cache. */
function hasSameMisses({ uncached }: UsageShape, misses: number, reported = -1): boolean {
  return uncached < 0 || reported === misses;
}

function totalOf({ total }: UsageShape, sum: number, reported = -1): number {
  return total < 0 ? sum : reported;
}

function hasSameWrites(usage: Usage, written: number, for1h: number): boolean {
  return for1h <= written && or0(usage.cache_creation_1h_input_tokens) === for1h;
}

/** Zeros mean lifetimes that are not known. */
function hasWholeSplit(shape: UsageShape, written: number, split: number): boolean {
  return !shape.cachedBeside || split === 0 || split === written;
}

const or0 = (count: number | undefined): number => count ?? 0;

/** A raw usage with the same keys and texts. Numbers are written as their place. */
interface Pattern {
  readonly isList: boolean;
  readonly names: readonly string[];
  /** A number's place, or what the value has to be. */
  readonly values: readonly unknown[];
}

interface KnownShape {
  readonly pattern: Pattern;
  readonly shape: UsageShape | null;
}

/** Shapes by provider. A provider has few, unless it sends texts that differ from call to call. */
const known = new Map<string, KnownShape[]>();
const MOST_SHAPES = 16;
const MOST_PROVIDERS = 64;
const numbers: number[] = [];

/** True only if `checkRecorded` has no doubt. */
export function isOrdinary(provider: string, recorded: Recorded, raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  const shapes = shapesOf(provider);
  for (const { pattern, shape } of shapes) {
    if (matches(raw, pattern)) return shape !== null && agrees(shape, numbers, 0, recorded);
  }
  if (shapes.length >= MOST_SHAPES) shapes.length = 0;
  const numbered = numberUsage(raw);
  const pattern = patternOf(numbered.raw);
  const shape = compileShape(provider, numbered.raw, numbered.count);
  shapes.push({ pattern, shape });
  return shape !== null && matches(raw, pattern) && agrees(shape, numbers, 0, recorded);
}

function shapesOf(provider: string): KnownShape[] {
  const found = known.get(provider);
  if (found !== undefined) return found;
  if (known.size >= MOST_PROVIDERS) known.clear();
  const made: KnownShape[] = [];
  known.set(provider, made);
  return made;
}

/** Compares keys and texts, and collects the numbers. */
function matches(raw: object, { isList, names, values }: Pattern): boolean {
  if (Array.isArray(raw) !== isList) return false;
  let index = 0;
  for (const name in raw) {
    if (name !== names[index]) return false;
    const value = (raw as Record<string, unknown>)[name];
    const expected = values[index];
    index += 1;
    if (typeof expected === 'number') {
      if (typeof value !== 'number') return false;
      numbers[expected] = value;
    } else if (typeof expected === 'object' && expected !== null) {
      if (typeof value !== 'object' || value === null || !matches(value, expected as Pattern)) return false;
    } else if (value !== expected) return false;
  }
  return index === names.length;
}

function patternOf(raw: object): Pattern {
  const values = Object.values(raw).map((value: unknown) =>
    typeof value === 'object' && value !== null ? patternOf(value) : value,
  );
  return { isList: Array.isArray(raw), names: Object.keys(raw), values };
}

function numberUsage(raw: object): { readonly raw: Record<string, unknown>; readonly count: number } {
  let count = 0;
  const numbered = (value: unknown): unknown => {
    if (typeof value === 'number') return count++;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(numbered);
    return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, numbered(inside)]));
  };
  return { raw: numbered(raw) as Record<string, unknown>, count };
}
