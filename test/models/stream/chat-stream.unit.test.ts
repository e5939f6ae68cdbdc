// Tests how chunks of chat completions are put together. Those of proxies may have no deltas.
import { describe, expect, test } from 'vitest';
import { readChatAnswer } from '../../../src/models/answer/chat-answer.ts';
import { chatStream } from '../../../src/models/stream/chat-stream.ts';

const chunk = (choice: object, finish_reason: string | null = null): Readonly<Record<string, unknown>> => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, ...choice, finish_reason }],
});
const delta = (content: string): object => ({ delta: { content } });
const message = (content: unknown): object => ({ message: { role: 'assistant', content } });
const usage = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } };

describe('the answer is read', () => {
  test.each([
    ['from deltas', [chunk(delta('one ')), chunk(delta('two')), chunk({ delta: {} }, 'stop')]],
    ['from one message', [chunk(message('one two'), 'stop')]],
    ['from a message beside an empty delta', [chunk({ ...delta(''), ...message('one two') }, 'stop')]],
    [
      'from parts of a message',
      [chunk(message('one ')), chunk(message('two')), chunk({ delta: {} }, 'stop')],
    ],
    [
      'from messages that grow',
      [chunk(message('one')), chunk(message('one two')), chunk(message('one two'), 'stop')],
    ],
    ['from a message in parts', [chunk(message([{ type: 'text', text: 'one two' }]), 'stop')]],
    ['from texts', [chunk({ text: 'one ' }), chunk({ text: 'two' }, 'stop')]],
    [
      'once, where the message follows its deltas',
      [chunk(delta('one two')), chunk(message('one two'), 'stop')],
    ],
  ])('%s', (_name, chunks) => {
    const body = chatStream.assemble([...chunks, usage]);
    expect(body).toMatchObject({ object: 'chat.completion', usage: usage.usage });
    expect(readChatAnswer(body)).toMatchObject({ text: 'one two', finish_reason: 'stop' });
  });

  test('with the arguments of a tool', () => {
    const tool_calls = [{ type: 'function', function: { name: 'answer', arguments: '{"n":1}' } }];
    const body = chatStream.assemble([chunk({ message: { content: null, tool_calls } }, 'tool_calls')]);
    expect(readChatAnswer(body)).toMatchObject({ text: '', tool_arguments: '{"n":1}' });
  });
});

test('chunks without the end of an answer are not an answer', () => {
  expect(chatStream.assemble([chunk(message('one two'))])).toBeUndefined();
});
