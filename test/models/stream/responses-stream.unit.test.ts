import { expect, test } from 'vitest';
import { responsesStream } from '../../../src/models/stream/responses-stream.ts';

const delta = (text: string): Record<string, unknown> => ({
  type: 'response.output_text.delta',
  delta: text,
});
const message = (text: string): Record<string, unknown> => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
const completed = (more: object): Record<string, unknown> => ({
  type: 'response.completed',
  response: { id: 'r', status: 'completed', ...more },
});

test.each([
  ['the last event', [delta('a'), completed({ output: [message('ab')] })], [message('ab')]],
  [
    'its items, where the last event is empty',
    [delta('a'), { type: 'response.output_item.done', item: message('ab') }, completed({ output: [] })],
    [message('ab')],
  ],
  ['its pieces, where nothing else has it', [delta('a'), delta('b'), completed({})], [message('ab')]],
  ['no event', [completed({ output: [] })], []],
])('the output of a stream is that of %s', (_source, chunks, output) => {
  expect(responsesStream.assemble(chunks)).toEqual({ id: 'r', status: 'completed', output });
});

test('a stream without its last event has no answer', () => {
  expect(responsesStream.assemble([delta('a')])).toBeUndefined();
});
