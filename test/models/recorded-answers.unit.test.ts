import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../../src/models/model.ts';
import { createRecordedAnswers, type RecordedAnswer } from '../../src/models/recorded-answers.ts';
import { pickRequestOptions } from '../../src/models/request-options.ts';
import { rejectionOf } from './thrown-by.ts';

const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';
const LATER = '0199f3a0-ffff-7e3f-8a4b-5c6d7e8f9a0b';
const USAGE = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

function record(seq: number, response: unknown, more: Partial<RecordedAnswer> = {}): RecordedAnswer {
  const model = 'anthropic/claude-sonnet-4-0';
  return {
    run: RUN,
    seq,
    node: 'a',
    provider: 'anthropic',
    model,
    prompt: 'Hello',
    response,
    usage: USAGE,
    ...more,
  };
}

const signal = new AbortController().signal;
const HELLO: ModelRequest = { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' };

function answering(
  records: readonly RecordedAnswer[],
): (request: ModelRequest, caller?: string) => Promise<string> {
  const client = createRecordedAnswers(records, { onMiss: 'error' });
  return async (request, caller = 'a') => (await client.answer(request, signal, caller)).text;
}

describe('a recorded answer', () => {
  it('comes with its usage and with the record that it reuses', async () => {
    const client = createRecordedAnswers(
      [
        record(7, 'Hi', {
          response_model: 'claude-sonnet-4-20250514',
          service_tier: 'standard',
          raw_usage: { in: 1 },
        }),
      ],
      { onMiss: 'error' },
    );
    expect(await client.answer(HELLO, signal, 'a')).toEqual({
      text: 'Hi',
      provider: 'anthropic',
      model: 'anthropic/claude-sonnet-4-0',
      usage: USAGE,
      finish_reason: 'stop',
      reused: { run: RUN, seq: 7 },
      response_model: 'claude-sonnet-4-20250514',
      service_tier: 'standard',
      raw_usage: { in: 1 },
    });
  });

  it('that is an object comes as JSON text', async () => {
    expect(await answering([record(1, { title: 'A' })])(HELLO)).toBe('{"title":"A"}');
  });

  it('that was a refusal is returned as a refusal', async () => {
    const client = createRecordedAnswers([record(1, 'No.', { finish_reason: 'content-filter' })], {
      onMiss: 'error',
    });
    expect((await client.answer(HELLO, signal, 'a')).finish_reason).toBe('content-filter');
  });

  it('is found for a model name without its provider', async () => {
    expect(await answering([record(1, 'Hi')])({ ...HELLO, model: 'claude-sonnet-4-0' })).toBe('Hi');
  });

  it('is found for options with another order of keys', async () => {
    const output_schema = { type: 'object', properties: { b: {}, a: {} } };
    const options = { output_schema: { properties: { a: {}, b: {} }, type: 'object' }, temperature: 0 };
    expect(await answering([record(1, 'Hi', { options })])({ ...HELLO, temperature: 0, output_schema })).toBe(
      'Hi',
    );
  });

  it('is returned in the order of the requests of its node', async () => {
    const answer = answering([record(9, 'second'), record(3, 'first')]);
    expect([await answer(HELLO), await answer(HELLO)]).toEqual(['first', 'second']);
  });

  it('belongs to the node that made the request', async () => {
    const answer = answering([record(3, 'of a'), record(1, 'of b', { node: 'b' })]);
    expect([await answer(HELLO, 'a'), await answer(HELLO, 'b')]).toEqual(['of a', 'of b']);
  });

  it('belongs to the item that made the request, in whatever order the items call', async () => {
    const client = createRecordedAnswers(
      [record(3, 'of 1', { item: 1 }), record(5, 'of 0', { item: 0 }), record(7, 'of 0 again', { item: 0 })],
      { onMiss: 'error' },
    );
    const answer = async (item: number): Promise<string> =>
      (await client.answer(HELLO, signal, 'a', { item })).text;
    const texts = [await answer(0), await answer(1), await answer(0)];
    expect(texts).toEqual(['of 0', 'of 1', 'of 0 again']);
  });

  it('of another item is used for an item without one, since items may have moved', async () => {
    const client = createRecordedAnswers([record(3, 'of 1', { item: 1 })], { onMiss: 'error' });
    expect((await client.answer(HELLO, signal, 'a', { item: 9 })).text).toBe('of 1');
  });

  it('without a node answers every caller', async () => {
    const { node: _node, ...nameless } = record(1, 'Hi');
    expect(await answering([nameless])(HELLO, 'any')).toBe('Hi');
  });

  it('comes from the latest run that made the request as many times', async () => {
    const answer = answering([record(1, 'old 1'), record(2, 'old 2'), record(1, 'new 1', { run: LATER })]);
    expect([await answer(HELLO), await answer(HELLO)]).toEqual(['new 1', 'old 2']);
  });

  it('is found for a request with a secret, which the log holds without it', async () => {
    const toRecorded = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll('hunter2', '<redacted:PW>'));
    const client = createRecordedAnswers([record(1, 'Hi', { prompt: 'pw <redacted:PW>' })], {
      onMiss: 'error',
      toRecorded,
    });
    expect((await client.answer({ ...HELLO, prompt: 'pw hunter2' }, signal, 'a')).text).toBe('Hi');
  });

  it('is not returned to a caller that has aborted', async () => {
    const client = createRecordedAnswers([record(1, 'Hi')], { onMiss: 'error' });
    const reason = new Error('stop');
    expect(await rejectionOf(client.answer(HELLO, AbortSignal.abort(reason), 'a'))).toBe(reason);
  });
});

describe('a request without a recorded answer', () => {
  const different: readonly (readonly [string, ModelRequest])[] = [
    ['prompt', { ...HELLO, prompt: 'Hello!' }],
    ['model', { ...HELLO, model: 'gpt-4o' }],
    ['system prompt', { ...HELLO, system: '' }],
    ['temperature', { ...HELLO, temperature: 0 }],
    ['schema', { ...HELLO, output_schema: {} }],
    ['images', { ...HELLO, images: [] }],
  ];

  it.each(different)('is ANSWER_NOT_RECORDED when its %s differs', async (_what, request) => {
    const error = await rejectionOf(answering([record(1, 'Hi')])(request));
    expect(error).toBeInstanceOf(PflowError);
    expect((error as PflowError).code).toBe('ANSWER_NOT_RECORDED');
  });

  it('is reported with the nearest record in the details and without content in the message', async () => {
    const records = [
      record(1, 'x', { prompt: 'Something else', model: 'openai/gpt-4o' }),
      record(4, 'y', { prompt: 'Hello Bob' }),
    ];
    const error = (await rejectionOf(
      answering(records)({ ...HELLO, prompt: 'Hello Eve', temperature: 1 }),
    )) as PflowError;
    expect(error.message).toBe(
      'no answer is recorded for a request of node "a" to anthropic/claude-sonnet-4-0',
    );
    expect(error.hint).toContain('--on-miss live');
    expect(error.details).toEqual([
      'its prompt: "Hello Eve"',
      `nearest: run ${RUN}, seq 4, by node "a"`,
      '  its options are {}, not {"temperature":1}',
      '  its prompt differs from character 7: "…Bob", not "…Eve"',
    ]);
  });

  it('that was made more times than recorded is reported with the count', async () => {
    const answer = answering([record(1, 'Hi')]);
    await answer(HELLO);
    const error = (await rejectionOf(answer(HELLO))) as PflowError;
    expect(error.message).toBe(
      'no answer is recorded for a request of node "a" to anthropic/claude-sonnet-4-0 (made 2 times so far)',
    );
    expect(error.details).toEqual(['its prompt: "Hello"', 'the same request is recorded once, by: a']);
  });

  it('is explained for a log without content', async () => {
    const error = (await rejectionOf(answering([])(HELLO))) as PflowError;
    expect(error.details[1]).toBe(
      'nothing is recorded: a log of level metrics holds no answers, one of level trace does',
    );
  });

  it('goes to the live client with all arguments when onMiss is live', async () => {
    const given: unknown[] = [];
    const fresh: ModelAnswer = { text: 'live', provider: 'p', model: 'm', usage: {}, finish_reason: 'stop' };
    const live: ModelClient = {
      answer(...all) {
        given.push(all);
        return Promise.resolve(fresh);
      },
    };
    const client = createRecordedAnswers([record(1, 'Hi')], { onMiss: 'live', live });
    expect((await client.answer(HELLO, signal, 'a')).text).toBe('Hi');
    const details = { onSent: (): void => undefined };
    expect(await client.answer(HELLO, signal, 'a', details)).toBe(fresh);
    expect(given).toEqual([[HELLO, signal, 'a', details]]);
  });
});

describe('the recorded options of a request', () => {
  it('are every field but model, prompt and system', () => {
    const options = {
      temperature: 0,
      max_tokens: 5,
      images: ['a.png'],
      output_schema: { type: 'string' },
      thinking: 9,
    };
    expect(pickRequestOptions({ ...HELLO, system: 's', ...options })).toEqual(options);
    expect(pickRequestOptions(HELLO)).toEqual({});
  });
});
