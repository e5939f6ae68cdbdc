// How OpenAI counts in both of its APIs: cached and newly cached tokens are part of the input, reasoning and audio are
// part of the output, and audio and image tokens are part of both the cached and the uncached input.
import type { Usage } from '../../events/usage.ts';
import { asFields, type Fields } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import type { RawReader } from '../raw-reader.ts';
import { splitByCaching, usageOf, type Requests, type UsageSource } from '../answer-counts.ts';

/** Fields of `prompt_tokens_details` and `input_tokens_details`. */
export const INPUT_DETAILS: KnownFields = {
  cached_tokens: 'read',
  cache_write_tokens: 'read',
  cache_creation_tokens: 'read',
  cache_creation_input_tokens: 'read',
  cache_creation: { ephemeral_5m_input_tokens: 'ignored', ephemeral_1h_input_tokens: 'read' },
  cache_creation_token_details: { ephemeral_5m_input_tokens: 'ignored', ephemeral_1h_input_tokens: 'read' },
  // Writes for half an hour have the price of a write; longer ones have one of their own.
  cache_write_tokens_details: { ttl_30m_tokens: 'ignored' },
  cache_type: 'ignored',
  audio_tokens: 'read',
  image_tokens: 'read',
  text_tokens: 'ignored',
  // Priced as text by everybody who reports them.
  video_tokens: 'ignored',
  cached_tokens_details: { audio_tokens: 'read', image_tokens: 'read', text_tokens: 'ignored' },
};

/** Fields of `completion_tokens_details` and `output_tokens_details`. */
export const OUTPUT_DETAILS: KnownFields = {
  reasoning_tokens: 'read',
  audio_tokens: 'read',
  image_tokens: 'read',
  text_tokens: 'ignored',
  accepted_prediction_tokens: 'ignored',
  rejected_prediction_tokens: 'ignored',
};

export interface OpenAICounts {
  /** All input, cached included. */
  readonly input: number;
  /** All output, reasoning included. */
  readonly output: number;
  readonly reasoning: number | undefined;
  readonly cached: number | undefined;
  readonly written: number | undefined;
  readonly writtenFor1h: number | undefined;
  readonly input_details: Fields;
  readonly output_details: Fields;
  /** Audio input that is not part of `input`. */
  readonly audioBeside?: boolean;
  /** Set if it contradicts the counts. */
  readonly total: number | undefined;
  readonly requests: Requests;
}

/** Audio has another price than text, cached or not. Images have that of text. */
export function doubtCachedAudio(reader: RawReader): void {
  reader.doubt('USAGE_UNREAD', 'how much of the audio input was cached is not reported');
}

export function openaiUsage(counts: OpenAICounts, { reader }: UsageSource): Usage {
  const { input, output, cached = 0, written = 0, input_details, output_details } = counts;
  const rest = input - cached - written;
  if (rest < 0) reader.doubt('TOTAL_MISMATCH', 'cached tokens exceed the input that they are part of');
  const uncached = Math.max(0, rest);
  const part = (name: string): ReturnType<typeof splitByCaching> => {
    const ofCached = asFields(input_details['cached_tokens_details']);
    const all = reader.countOr0(input_details, name);
    return splitByCaching(all, reader.count(ofCached, name), { uncached, cached, written });
  };
  const audioBeside = counts.audioBeside === true ? reader.countOr0(input_details, 'audio_tokens') : 0;
  const audio =
    audioBeside > 0 ? { uncached: audioBeside, cached: 0, isAssumed: false } : part('audio_tokens');
  const image = part('image_tokens');
  if (audio.isAssumed) doubtCachedAudio(reader);
  return usageOf(
    {
      input_tokens: uncached + audioBeside,
      output_tokens: output,
      total_tokens: rest < 0 ? undefined : counts.total,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: cached,
      cache_creation_1h_input_tokens: counts.writtenFor1h,
      reasoning_tokens: counts.reasoning,
      input_audio_tokens: audio.uncached,
      input_image_tokens: image.uncached,
      cache_read_audio_tokens: audio.cached,
      cache_read_image_tokens: image.cached,
      output_audio_tokens: reader.count(output_details, 'audio_tokens'),
      output_image_tokens: reader.count(output_details, 'image_tokens'),
    },
    counts.requests,
  );
}

/**
 * Compares the provider's total with the sum of its parts. A larger one means that output is missing: the difference is
 * output. A smaller one is returned, so that the contradiction is in the usage.
 */
export function checkTotal(
  { reader }: UsageSource,
  total: number | undefined,
  sum: number,
): { readonly missing: number; readonly total: number | undefined } {
  if (total === undefined || total === sum) return { missing: 0, total: undefined };
  if (total < sum) {
    reader.doubt('TOTAL_MISMATCH', 'the total is less than the sum of its parts');
    return { missing: 0, total };
  }
  reader.doubt('TOTAL_MISMATCH', 'the total has tokens that no part has; they count as output');
  return { missing: total - sum, total: undefined };
}
