// Whether the numbers of one call can all be true. Asked when a call is written down, so that somebody hears
// of it, and when it is priced, so that it never becomes a charge.
import { USAGE_COUNTS, type Usage } from './usage.ts';

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);

const fits = (value: number | undefined): boolean => value === undefined || isCount(value);

/** Spelled out, and not a loop over names: this runs for every call of a log. */
const mainCountsFit = (usage: Usage): boolean =>
  fits(usage.input_tokens) &&
  fits(usage.output_tokens) &&
  fits(usage.total_tokens) &&
  fits(usage.cache_creation_input_tokens) &&
  fits(usage.cache_read_input_tokens) &&
  fits(usage.cache_creation_1h_input_tokens);

const partCountsFit = (usage: Usage): boolean =>
  fits(usage.reasoning_tokens) &&
  fits(usage.input_audio_tokens) &&
  fits(usage.input_image_tokens) &&
  fits(usage.cache_read_audio_tokens) &&
  fits(usage.cache_read_image_tokens) &&
  fits(usage.output_audio_tokens) &&
  fits(usage.output_image_tokens);

function badCount(usage: Usage): string | null {
  if (mainCountsFit(usage) && partCountsFit(usage)) {
    const requests = usage.requests === undefined ? [] : Object.values(usage.requests);
    return requests.every(isCount) ? null : 'requests has a count that is not a whole number';
  }
  const bad = USAGE_COUNTS.find((name) => !fits(usage[name]));
  return `${bad ?? 'a count'} is not a whole number of tokens`;
}

const or0 = (count: number | undefined): number => count ?? 0;

/** The parts of a class may not be more than the class. */
function overfull(usage: Usage): string | null {
  if (or0(usage.input_audio_tokens) + or0(usage.input_image_tokens) > or0(usage.input_tokens))
    return 'audio and image input exceed input_tokens';
  const output =
    or0(usage.output_audio_tokens) + or0(usage.output_image_tokens) + or0(usage.reasoning_tokens);
  if (output > or0(usage.output_tokens)) return 'reasoning, audio and image output exceed output_tokens';
  const cached = or0(usage.cache_read_audio_tokens) + or0(usage.cache_read_image_tokens);
  if (cached > or0(usage.cache_read_input_tokens))
    return 'cached audio and image exceed cache_read_input_tokens';
  if (or0(usage.cache_creation_1h_input_tokens) > or0(usage.cache_creation_input_tokens))
    return 'cache_creation_1h_input_tokens exceeds cache_creation_input_tokens';
  return null;
}

/** What cannot be true, as half a sentence; null when nothing is wrong. `{}` contradicts nothing. */
export function usageContradiction(usage: Usage): string | null {
  return badCount(usage) ?? overfull(usage);
}
