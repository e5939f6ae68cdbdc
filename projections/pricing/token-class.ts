// The classes of tokens that a price can differ by. Every token of a call is in exactly one of them.

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
] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** A class without a price of its own costs what the class named here costs. */
export const PARENT_CLASS: Readonly<Record<TokenClass, TokenClass | null>> = {
  input: null,
  output: null,
  cache_read: 'input',
  cache_write_5m: 'input',
  cache_write_1h: 'cache_write_5m',
  input_audio: 'input',
  input_image: 'input',
  cache_read_audio: 'cache_read',
  cache_read_image: 'cache_read',
  output_audio: 'output',
  output_image: 'output',
  reasoning: 'output',
};
