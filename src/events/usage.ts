// Tokens of one model call, in classes that never overlap: input is uncached input only.
import * as z from 'zod';

const tokens = z.number().nonnegative();

/** All counts are tokens; `requests` counts server-tool calls by name. `{}`: the provider told nothing. */
export const usageSchema = z.object({
  input_tokens: tokens.optional(),
  output_tokens: tokens.optional(),
  total_tokens: tokens.optional(),
  cache_creation_input_tokens: tokens.optional(),
  cache_read_input_tokens: tokens.optional(),
  /** Part of `cache_creation_input_tokens`: written to live for an hour. */
  cache_creation_1h_input_tokens: tokens.optional(),
  /** Part of `output_tokens`. */
  reasoning_tokens: tokens.optional(),
  input_audio_tokens: tokens.optional(),
  input_image_tokens: tokens.optional(),
  cache_read_audio_tokens: tokens.optional(),
  cache_read_image_tokens: tokens.optional(),
  output_audio_tokens: tokens.optional(),
  output_image_tokens: tokens.optional(),
  requests: z.record(z.string(), z.number().nonnegative()).optional(),
});

export type Usage = Readonly<z.infer<typeof usageSchema>>;

/** The counts that a usage may tell; the scanner of logs knows them by their place here. */
export const USAGE_COUNTS = [
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation_1h_input_tokens',
  'reasoning_tokens',
  'input_audio_tokens',
  'input_image_tokens',
  'cache_read_audio_tokens',
  'cache_read_image_tokens',
  'output_audio_tokens',
  'output_image_tokens',
] as const satisfies readonly (keyof Usage)[];
