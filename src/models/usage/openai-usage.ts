// How OpenAI counts in both of its APIs: cached and newly cached tokens are inside the input, reasoning and
// audio are inside the output, and audio and image tokens are inside both the cached and the uncached input.
import type { Usage } from '../../events/usage.ts';
import { splitByCaching, usageOf } from './bill.ts';
import { asCount, asFields, type Fields } from '../../values/json-fields.ts';

export interface OpenAICounts {
  readonly input: number;
  readonly output: number;
  readonly total: number | undefined;
  readonly input_details: Fields;
  readonly output_details: Fields;
  /** Cached tokens of an endpoint that tells them elsewhere. */
  readonly cached: number | undefined;
  readonly requests?: Readonly<Record<string, number | undefined>>;
}

const cachedOf = ({ input_details, cached }: OpenAICounts): { cache_read: number; cache_write: number } => ({
  cache_read: asCount(input_details['cached_tokens']) ?? cached ?? 0,
  cache_write: asCount(input_details['cache_write_tokens']) ?? 0,
});

/** Set when what is part of the input is more than the input. The cached tokens then count as told. */
export function openaiDoubt(counts: OpenAICounts): { usage_doubt?: string } {
  const { cache_read, cache_write } = cachedOf(counts);
  if (cache_read + cache_write <= counts.input) return {};
  return { usage_doubt: 'cached tokens exceed the input that they are part of' };
}

export function openaiUsage(counts: OpenAICounts): Usage {
  const { input_details, output_details } = counts;
  const { cache_read, cache_write } = cachedOf(counts);
  const input = Math.max(0, counts.input - cache_read - cache_write);
  const audio = split(input_details, 'audio_tokens', input);
  const image = split(input_details, 'image_tokens', input);
  return usageOf({
    input,
    cache_write,
    cache_read,
    output: counts.output,
    total: counts.total,
    parts: {
      reasoning_tokens: asCount(output_details['reasoning_tokens']),
      input_audio_tokens: audio.uncached,
      input_image_tokens: image.uncached,
      cache_read_audio_tokens: audio.cached,
      cache_read_image_tokens: image.cached,
      output_audio_tokens: asCount(output_details['audio_tokens']),
      output_image_tokens: asCount(output_details['image_tokens']),
    },
    ...(counts.requests === undefined ? {} : { requests: counts.requests }),
  });
}

function split(details: Fields, name: string, uncachedInput: number): ReturnType<typeof splitByCaching> {
  const told = asCount(asFields(details['cached_tokens_details'])[name]);
  return splitByCaching(asCount(details[name]) ?? 0, told, uncachedInput);
}
