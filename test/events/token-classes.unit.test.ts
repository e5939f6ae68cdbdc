import { describe, expect, test } from 'vitest';
import { usageContradiction } from '../../src/events/token-classes.ts';

describe('counts that do not contradict each other', () => {
  test.each([
    {},
    { input_tokens: 0, output_tokens: 0 },
    { input_tokens: 0, cache_read_input_tokens: 5000, output_tokens: 1 },
    { output_tokens: 5, reasoning_tokens: 3, output_audio_tokens: 2 },
    { cache_creation_input_tokens: 5, cache_creation_1h_input_tokens: 5 },
    { total_tokens: Number.MAX_SAFE_INTEGER, requests: { web_search: 0 } },
  ])('%o', (usage) => {
    expect(usageContradiction(usage)).toBeNull();
  });
});

describe('counts that contradict each other', () => {
  test.each([
    [{ input_tokens: -1 }, 'input_tokens is not a whole number of tokens'],
    [{ total_tokens: 0.5 }, 'total_tokens is not a whole number of tokens'],
    [{ reasoning_tokens: Infinity }, 'reasoning_tokens is not a whole number of tokens'],
    [{ input_tokens: 1, input_audio_tokens: 2 }, 'audio and image input exceed input_tokens'],
    [{ output_tokens: 1, reasoning_tokens: 2 }, 'reasoning, audio and image output exceed output_tokens'],
    [{ cache_read_image_tokens: 1 }, 'cached audio and image exceed cache_read_input_tokens'],
    [
      { cache_creation_1h_input_tokens: 1 },
      'cache_creation_1h_input_tokens exceeds cache_creation_input_tokens',
    ],
    [{ requests: { web_search: 1.5 } }, 'requests has a count that is not a whole number'],
  ])('%o', (usage, reason) => {
    expect(usageContradiction(usage)).toBe(reason);
  });
});
