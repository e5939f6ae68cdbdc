// Lists the token counts of a usage. Separate from the schema, so that models do not load zod.

/**
 * Every count of a usage: its field, the class of tokens that it is priced as, and the count that it is part of.
 * The scanner of logs identifies a count by its position in this list.
 */
export const USAGE_COUNTS = [
  { field: 'input_tokens', class: 'input', partOf: null },
  { field: 'output_tokens', class: 'output', partOf: null },
  { field: 'total_tokens', class: null, partOf: null },
  { field: 'cache_creation_input_tokens', class: 'cache_write_5m', partOf: null },
  { field: 'cache_read_input_tokens', class: 'cache_read', partOf: null },
  { field: 'cache_creation_1h_input_tokens', class: 'cache_write_1h', partOf: 'cache_creation_input_tokens' },
  { field: 'reasoning_tokens', class: 'reasoning', partOf: 'output_tokens' },
  { field: 'input_audio_tokens', class: 'input_audio', partOf: 'input_tokens' },
  { field: 'input_image_tokens', class: 'input_image', partOf: 'input_tokens' },
  { field: 'cache_read_audio_tokens', class: 'cache_read_audio', partOf: 'cache_read_input_tokens' },
  { field: 'cache_read_image_tokens', class: 'cache_read_image', partOf: 'cache_read_input_tokens' },
  { field: 'output_audio_tokens', class: 'output_audio', partOf: 'output_tokens' },
  { field: 'output_image_tokens', class: 'output_image', partOf: 'output_tokens' },
] as const;

export type UsageField = (typeof USAGE_COUNTS)[number]['field'];

export type TokenClass = NonNullable<(typeof USAGE_COUNTS)[number]['class']>;
