// How OpenAI counts in both of its APIs: cached and newly cached tokens are part of the input, reasoning and audio are
// part of the output, and audio and image tokens are part of both the cached and the uncached input.
import type { Usage } from '../../events/usage.ts';
import { splitByCaching, usageOf } from './bill.ts';
import { asCount, asFields, type Fields } from '../../values/json-fields.ts';

export interface OpenAICounts {
  /** All input, cached included. */
  readonly input: number;
  readonly output: number;
  readonly total: number | undefined;
  readonly input_details: Fields;
  readonly output_details: Fields;
  /** Cached tokens of an endpoint that reports them outside `input_details`. */
  readonly cached: number | undefined;
  readonly requests?: Readonly<Record<string, number | undefined>>;
}

type CachedCounts = Required<Pick<Usage, 'cache_creation_input_tokens' | 'cache_read_input_tokens'>>;

function cachedOf({ input_details, cached }: OpenAICounts): { [K in keyof CachedCounts]: number } {
  return {
    cache_creation_input_tokens: asCount(input_details['cache_write_tokens']) ?? 0,
    cache_read_input_tokens: asCount(input_details['cached_tokens']) ?? cached ?? 0,
  };
}

function uncachedOf(counts: OpenAICounts): number {
  const { cache_creation_input_tokens, cache_read_input_tokens } = cachedOf(counts);
  return counts.input - cache_read_input_tokens - cache_creation_input_tokens;
}

/** Set when the cached tokens exceed the input. They are then counted as reported. */
export function openaiContradiction(counts: OpenAICounts): { usage_contradiction?: string } {
  if (uncachedOf(counts) >= 0) return {};
  return { usage_contradiction: 'cached tokens exceed the input that they are part of' };
}

export function openaiUsage(counts: OpenAICounts): Usage {
  const { input_details, output_details } = counts;
  const input_tokens = Math.max(0, uncachedOf(counts));
  const audio = split(input_details, 'audio_tokens', input_tokens);
  const image = split(input_details, 'image_tokens', input_tokens);
  return usageOf(
    {
      input_tokens,
      output_tokens: counts.output,
      total_tokens: counts.total,
      ...cachedOf(counts),
      reasoning_tokens: asCount(output_details['reasoning_tokens']),
      input_audio_tokens: audio.uncached,
      input_image_tokens: image.uncached,
      cache_read_audio_tokens: audio.cached,
      cache_read_image_tokens: image.cached,
      output_audio_tokens: asCount(output_details['audio_tokens']),
      output_image_tokens: asCount(output_details['image_tokens']),
    },
    counts.requests,
  );
}

function split(details: Fields, name: string, uncachedInput: number): ReturnType<typeof splitByCaching> {
  const reported = asCount(asFields(details['cached_tokens_details'])[name]);
  return splitByCaching(asCount(details[name]) ?? 0, reported, uncachedInput);
}
