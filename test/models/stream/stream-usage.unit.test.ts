// The usage of a stream does not depend on how its chunks report it.
import { describe, expect, test } from 'vitest';
import { anthropicStream } from '../../../src/models/stream/anthropic-stream.ts';
import { chatStream } from '../../../src/models/stream/chat-stream.ts';
import { googleStream } from '../../../src/models/stream/google-stream.ts';
import type { StreamForm } from '../../../src/models/stream/stream-form.ts';
import { readBill, type Bill } from '../../../src/models/usage/bill.ts';

function billOf(form: StreamForm, provider: string, chunks: readonly object[]): Bill {
  return readBill(form.assemble(chunks as readonly Record<string, unknown>[]), { provider, model: 'm' });
}

interface Read {
  readonly tokens: readonly (number | undefined)[];
  readonly doubts: readonly string[];
}

function readOf({ usage, usage_doubts = [] }: Bill): Read {
  const { input_tokens, cache_read_input_tokens: cached, output_tokens } = usage;
  return { tokens: [input_tokens, cached, output_tokens], doubts: usage_doubts.map(({ code }) => code) };
}

const text = (content: string, more: object = {}): object => ({
  choices: [{ index: 0, delta: { content } }],
  ...more,
});
const end = (more: object = {}): object => ({
  choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
  ...more,
});
const counts = (prompt: number, completion: number, more: object = {}): object => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...more },
});
const cached = { prompt_tokens_details: { cached_tokens: 4 } };
const exact = { tokens: [6, 4, 5], doubts: [] };

describe('chat completions', () => {
  test.each([
    ['a last chunk without choices', [text('a'), end(), { choices: [], ...counts(10, 5, cached) }]],
    ['the chunk that ends the answer', [text('a'), end(counts(10, 5, cached))]],
    ['every chunk, for all tokens so far', [text('a', counts(10, 1, cached)), end(counts(10, 5, cached))]],
    ['the same usage twice', [end(counts(10, 5, cached)), { choices: [], ...counts(10, 5, cached) }]],
    [
      'null beside it',
      [text('a', { usage: null }), end(counts(10, 5, cached)), { choices: [], usage: null }],
    ],
    ['zeros before it', [text('a', counts(0, 0)), end(counts(10, 5, cached))]],
    ['an empty object after it', [end(counts(10, 5, cached)), { choices: [], usage: {} }]],
    [
      'parts in several chunks',
      [
        text('a', { usage: { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } } }),
        end({ usage: { completion_tokens: 5, total_tokens: 15 } }),
      ],
    ],
    [
      'its choice',
      [text('a'), { choices: [{ index: 0, delta: {}, finish_reason: 'stop', ...counts(10, 5, cached) }] }],
    ],
    [
      'a chunk after the one that a content filter adds',
      [end(), { choices: [] }, { ...counts(10, 5, cached) }],
    ],
  ])('%s has the usage', (_name, chunks) => {
    expect(readOf(billOf(chatStream, 'openai', chunks))).toEqual(exact);
  });

  test.each([
    ['zeros after the counts', [end(counts(10, 5, cached)), { choices: [], ...counts(0, 0) }], [6, 4, 5]],
    ['counts of each chunk alone', [text('a', counts(10, 5)), end(counts(10, 3))], [10, 0, 3]],
  ])('%s are a doubt', (_name, chunks, tokens) => {
    expect(readOf(billOf(chatStream, 'openai', chunks))).toEqual({ tokens, doubts: ['USAGE_UNREAD'] });
  });

  test('a stream without a usage gives an empty one', () => {
    const { usage, raw_usage } = billOf(chatStream, 'openai', [text('a'), end()]);
    expect([usage, raw_usage]).toEqual([{}, undefined]);
  });
});

describe('the Messages API', () => {
  const start = (usage: object): object => ({ type: 'message_start', message: { usage } });
  const delta = (usage: object): object => ({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage,
  });
  const input = { input_tokens: 6, cache_read_input_tokens: 4 };

  test.each([
    ['input in the first event', [start({ ...input, output_tokens: 1 }), delta({ output_tokens: 5 })], []],
    [
      'totals in the last event',
      [start({ ...input, output_tokens: 1 }), delta({ ...input, output_tokens: 5 })],
      [],
    ],
    [
      'a provisional count in the first event',
      [start({ ...input, output_tokens: 8 }), delta({ output_tokens: 5 })],
      [],
    ],
    ['several last events', [start(input), delta({ output_tokens: 3 }), delta({ output_tokens: 5 })], []],
    [
      'zeros in the first event',
      [start({ input_tokens: 0, output_tokens: 0 }), delta({ ...input, output_tokens: 5 })],
      [],
    ],
    [
      'zeros in the last event',
      [start(input), delta({ input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 })],
      ['USAGE_UNREAD'],
    ],
  ])('%s', (_name, chunks, doubts) => {
    expect(readOf(billOf(anthropicStream, 'anthropic', chunks))).toEqual({ tokens: [6, 4, 5], doubts });
  });
});

test('chunks of Google count all tokens so far, and the last one may lack those of the prompt', () => {
  const chunk = (usageMetadata: object, more: object = {}): object => ({
    candidates: [{ content: { parts: [{ text: 'a' }] }, ...more }],
    usageMetadata,
  });
  const prompt = { promptTokenCount: 10, cachedContentTokenCount: 4 };
  const chunks = [
    chunk({ ...prompt, totalTokenCount: 10 }),
    chunk({ ...prompt, candidatesTokenCount: 2, totalTokenCount: 12 }),
    chunk({ candidatesTokenCount: 5, totalTokenCount: 15 }, { finishReason: 'STOP' }),
  ];
  expect(readOf(billOf(googleStream, 'google', chunks))).toEqual(exact);
});
