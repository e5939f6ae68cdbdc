// Invariant: whatever a provider sends, a bill has no negative count, and where the provider's own counts agree
// with each other, the three input classes and the output add up to what it counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBill } from '../../../src/models/usage/bill.ts';
import { usageSchema } from '../../../src/events/usage.ts';

const PROVIDERS = ['anthropic', 'openai', 'google', 'xai', 'mistral', 'perplexity', 'acme'];

const tokens = fc.nat({ max: 1_000_000 });
const parts = fc.record({
  uncached: tokens,
  read: tokens,
  written: tokens,
  spoken: tokens,
  reasoning: tokens,
});

const anything = fc.jsonValue();
const body = fc.record(
  {
    usage: fc.dictionary(
      fc.constantFrom(
        'input_tokens',
        'output_tokens',
        'prompt_tokens',
        'completion_tokens',
        'input_tokens_details',
        'cost',
      ),
      fc.oneof(
        anything,
        fc.double(),
        fc.dictionary(fc.constantFrom('cached_tokens', 'audio_tokens'), fc.integer()),
      ),
    ),
    usageMetadata: fc.dictionary(
      fc.constantFrom('promptTokenCount', 'cachedContentTokenCount'),
      fc.oneof(anything, fc.integer()),
    ),
    output: anything,
    candidates: anything,
    model: anything,
  },
  { requiredKeys: [] },
);

describe('bills', () => {
  it('are permitted in the log whatever the provider sent', () => {
    fc.assert(
      fc.property(fc.oneof(body, anything), (sent) => {
        for (const provider of PROVIDERS) {
          const { usage } = readBill(sent, { provider, model: '' });
          expect(usageSchema.safeParse(usage)).toEqual({ success: true, data: usage });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of OpenAI count each token of the input once', () => {
    fc.assert(
      fc.property(parts, ({ uncached, read, written, spoken, reasoning }) => {
        const all = uncached + read + written;
        const usage = {
          prompt_tokens: all,
          completion_tokens: spoken + reasoning,
          total_tokens: all + spoken + reasoning,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: reasoning },
        };
        expect(readBill({ usage }, { provider: 'openai', model: '' }).usage).toEqual({
          input_tokens: uncached,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: written,
          output_tokens: spoken + reasoning,
          total_tokens: all + spoken + reasoning,
          ...(reasoning > 0 ? { reasoning_tokens: reasoning } : {}),
        });
      }),
      { numRuns: 100 },
    );
  });

  it('of Google count thoughts once, as output', () => {
    fc.assert(
      fc.property(parts, ({ uncached, read, spoken, reasoning }) => {
        const usageMetadata = {
          promptTokenCount: uncached + read,
          cachedContentTokenCount: read,
          candidatesTokenCount: spoken,
          thoughtsTokenCount: reasoning,
          totalTokenCount: uncached + read + spoken + reasoning,
        };
        const { usage } = readBill({ usageMetadata }, { provider: 'google', model: '' });
        expect(usage.input_tokens).toBe(uncached);
        expect(usage.output_tokens).toBe(spoken + reasoning);
        expect(usage.total_tokens).toBe(uncached + read + spoken + reasoning);
      }),
      { numRuns: 100 },
    );
  });
});
