// Splits a usage into classes of tokens, or reports that its counts contradict each other. Used when a call is
// recorded, to raise a warning, and when it is priced, so that a contradiction never becomes a charge.
import { USAGE_COUNTS, type TokenClass, type UsageField } from './usage-counts.ts';
import type { Usage } from './usage.ts';

/** In the order in which prices are listed. Every token of a call is in exactly one class. */
export const TOKEN_CLASSES = [
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'input_audio',
  'input_image',
  'cache_read_audio',
  'cache_read_image',
  'output_audio',
  'output_image',
  'reasoning',
] as const satisfies readonly TokenClass[];

/** The position in `TOKEN_CLASSES` of the class of a count; -1 for the total. */
export function positionOf(field: UsageField): number {
  return TOKEN_CLASSES.findIndex((name) =>
    USAGE_COUNTS.some((count) => count.field === field && count.class === name),
  );
}

/** For each class, the position of the class whose count includes it, or -1. */
const WHOLES: readonly number[] = TOKEN_CLASSES.map((name) => {
  const { partOf } = USAGE_COUNTS.find((count) => count.class === name) ?? { partOf: null };
  return partOf === null ? -1 : positionOf(partOf);
});

const EXCEEDED = [
  { at: positionOf('input_tokens'), message: 'audio and image input exceed input_tokens' },
  { at: positionOf('output_tokens'), message: 'reasoning, audio and image output exceed output_tokens' },
  {
    at: positionOf('cache_read_input_tokens'),
    message: 'cached audio and image exceed cache_read_input_tokens',
  },
  {
    at: positionOf('cache_creation_input_tokens'),
    message: 'cache_creation_1h_input_tokens exceeds cache_creation_input_tokens',
  },
] as const;

/** Only an absent count is 0; a `null` from outside stays an invalid count. */
const or0 = (value: number | undefined): number => (value === undefined ? 0 : value);

/** Lists the counts in the order of `TOKEN_CLASSES`. Spelled out, since it runs for every call of a log. */
function countsByClass(usage: Usage): number[] {
  return [
    or0(usage.input_tokens),
    or0(usage.output_tokens),
    or0(usage.cache_read_input_tokens),
    or0(usage.cache_creation_input_tokens),
    or0(usage.cache_creation_1h_input_tokens),
    or0(usage.input_audio_tokens),
    or0(usage.input_image_tokens),
    or0(usage.cache_read_audio_tokens),
    or0(usage.cache_read_image_tokens),
    or0(usage.output_audio_tokens),
    or0(usage.output_image_tokens),
    or0(usage.reasoning_tokens),
  ];
}

/** True for a whole number of tokens or requests that can be added exactly. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

function findExceeded(tokens: readonly number[]): string | undefined {
  return EXCEEDED.find(({ at }) => (tokens[at] ?? 0) < 0)?.message;
}

function describeInvalid(usage: Usage): string {
  const invalid = USAGE_COUNTS.find(({ field }) => usage[field] !== undefined && !isCount(usage[field]));
  return `${invalid?.field ?? 'a count'} is not a whole number of tokens`;
}

/** Checks the counts without a class: the total and the requests. */
function findInvalidRest(usage: Usage): string | undefined {
  const { total_tokens, requests } = usage;
  if (total_tokens !== undefined && !isCount(total_tokens)) return describeInvalid(usage);
  if (requests === undefined || Object.values(requests).every(isCount)) return undefined;
  return 'requests has a count that is not a whole number';
}

/** Tokens in the order of `TOKEN_CLASSES`, or the first contradiction as half a sentence. */
export function splitUsage(usage: Usage): number[] | string {
  const tokens = countsByClass(usage);
  let hasParts = false;
  for (let index = 0; index < tokens.length; index += 1) {
    const count = tokens[index];
    if (count === 0) continue;
    if (!isCount(count)) return describeInvalid(usage);
    const whole = WHOLES[index] ?? -1;
    if (whole < 0) continue;
    // A whole precedes its parts, so it is checked before anything is subtracted.
    tokens[whole] = (tokens[whole] ?? 0) - count;
    hasParts = true;
  }
  return findInvalidRest(usage) ?? (hasParts ? (findExceeded(tokens) ?? tokens) : tokens);
}

/** True for a usage in which the provider reported nothing. */
export function isUnmetered(usage: Usage): boolean {
  return (
    usage.input_tokens === undefined &&
    usage.output_tokens === undefined &&
    usage.cache_creation_input_tokens === undefined &&
    usage.cache_read_input_tokens === undefined &&
    usage.requests === undefined
  );
}

/** The first contradiction as half a sentence, or null. `{}` contradicts nothing. */
export function usageContradiction(usage: Usage): string | null {
  const split = splitUsage(usage);
  return typeof split === 'string' ? split : null;
}
