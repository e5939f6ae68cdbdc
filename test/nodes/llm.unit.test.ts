import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../../src/models/model.ts';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { llm } from '../../src/nodes/llm.ts';
import { recordFailedAttempts, runNode, type NodeRunOptions, type NodeRun } from '../support/run-node.ts';

const MODEL = 'anthropic/claude-sonnet-4-0';
const SCHEMA = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };

function answer(text: string, facts: Partial<ModelAnswer> = {}): ModelAnswer {
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  return { text, provider: 'anthropic', model: MODEL, usage, finish_reason: 'stop', ...facts };
}

const USAGE = {
  model: MODEL,
  input_tokens: 10,
  output_tokens: 5,
  total_tokens: 15,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/** Answers from a script and keeps the requests and their callers. */
class Scripted implements ModelClient {
  readonly requests: ModelRequest[] = [];
  readonly callers: (string | undefined)[] = [];
  private readonly script: readonly (ModelAnswer | Error)[];
  constructor(...script: readonly (ModelAnswer | Error)[]) {
    this.script = script;
  }
  answer(request: ModelRequest, _signal: AbortSignal, caller?: string): Promise<ModelAnswer> {
    const next = this.script[this.requests.length] ?? new Error('the script is over');
    this.requests.push(request);
    this.callers.push(caller);
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  }
}

function run(
  models: ModelClient,
  params: Record<string, unknown>,
  occasion: NodeRunOptions = {},
): Promise<NodeRun> {
  const retry = { max: 3, wait_s: 0.001 };
  const context = { models, defaultModel: MODEL, ...occasion.context };
  return runNode(llm, { prompt: 'Hi', ...params }, { retry, ...occasion, context });
}

describe('llm', () => {
  it('makes three attempts by default', () => {
    expect(llm.create('n').retry).toEqual({ max: 3, wait_s: 1 });
  });

  it('calls the default model and writes the answer and its usage', async () => {
    const models = new Scripted(answer('Hello.'));
    const { shared, action } = await run(models, {}, { context: { node: 'greet' } });
    expect(action).toBe('default');
    expect(shared).toEqual({ response: 'Hello.', llm_usage: USAGE });
    expect([models.requests, models.callers]).toEqual([[{ model: MODEL, prompt: 'Hi' }], ['greet']]);
  });

  it('passes every param to the model', async () => {
    const models = new Scripted(answer('{"n":1}'));
    const params = {
      prompt: { a: 1 },
      model: 'gpt-4o',
      system: 'Be short.',
      temperature: 0,
      max_tokens: 7,
      images: 'a.png',
      output_schema: SCHEMA,
      thinking: 1024,
    };
    await run(models, params);
    expect(models.requests).toEqual([{ ...params, prompt: '{"a":1}', images: ['a.png'] }]);
  });

  it.each([['```json\n{"a":1}\n```'], [' spaced \n'], ['404']])(
    'returns the text %j unchanged',
    async (text) => {
      expect((await run(new Scripted(answer(text)), {})).shared['response']).toBe(text);
    },
  );

  it('writes cached tokens separately, and {} where the provider reports no usage', async () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      total_tokens: 10,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 4,
      reasoning_tokens: 1,
    };
    const { reasoning_tokens: _hidden, ...shown } = usage;
    expect((await run(new Scripted(answer('x', { usage })), {})).shared['llm_usage']).toEqual({
      model: MODEL,
      ...shown,
    });
    expect((await run(new Scripted(answer('x', { usage: {} })), {})).shared['llm_usage']).toEqual({});
  });

  it('accepts an answer that was cut off at max_tokens', async () => {
    const models = new Scripted(answer('Once upon', { finish_reason: 'length' }));
    expect((await run(models, {})).shared['response']).toBe('Once upon');
  });

  it('fails with a hint when it has no model and no default', async () => {
    const models = new Scripted();
    const { error } = await runNode(llm, { prompt: 'Hi' }, { context: { models } });
    expect(error).toBeInstanceOf(PflowError);
    expect(error).toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: 'the node names no model and there is no default',
      hint: 'Set "model" in its params, such as "anthropic/claude-sonnet-4-0", or give --model.',
    });
    expect(models.requests).toEqual([]);
  });
});

describe('a structured answer of llm', () => {
  it('is written as its checked value', async () => {
    const models = new Scripted(answer('{"n": 7}'));
    expect((await run(models, { output_schema: SCHEMA })).shared).toEqual({
      response: { n: 7 },
      llm_usage: USAGE,
    });
  });

  it('off schema is requested again', async () => {
    const models = new Scripted(answer('seven'), answer('{"n":"7"}'), answer('{"n":7}'));
    const { observer, failed } = recordFailedAttempts();
    const { shared } = await run(models, { output_schema: SCHEMA }, { context: { observer } });
    expect(shared).toEqual({ response: { n: 7 }, llm_usage: USAGE });
    expect(failed).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('that is off schema in every attempt fails and is stored', async () => {
    const models = new Scripted(answer('one'), answer('two'), answer('three'));
    const { shared, error } = await run(models, { output_schema: SCHEMA });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({ code: 'MODEL_ANSWER_INVALID', retryable: true });
    expect(shared).toEqual({ response: 'three', llm_usage: USAGE, error: (error as Error).message });
  });

  it('that was cut off is not requested again', async () => {
    const models = new Scripted(answer('{"n":', { finish_reason: 'length' }));
    const { error } = await run(models, { output_schema: SCHEMA });
    expect(error).toMatchObject({
      code: 'MODEL_ANSWER_INVALID',
      message: `${MODEL}: the answer was cut off before it was whole`,
      hint: 'Raise max_tokens, or request a shorter answer.',
      retryable: false,
    });
    expect(models.requests.length).toBe(1);
  });

  it('is not requested with an invalid schema', async () => {
    const models = new Scripted(answer('{}'));
    const { error } = await run(models, { output_schema: { type: 'no such type' } });
    expect(error).toMatchObject({ code: 'NODE_PARAMS_INVALID' });
    expect(models.requests).toEqual([]);
  });
});

describe('a failed model call of llm', () => {
  it('is retried when it is retryable, after the wait that the provider requests', async () => {
    const busy = new ModelFailure('MODEL_RATE_LIMITED', 'too many requests', { retryAfterMs: 5 });
    const lost = new ModelFailure('MODEL_NETWORK', 'no connection');
    const { observer, failed } = recordFailedAttempts();
    const { shared } = await run(new Scripted(busy, lost, answer('Hello.')), {}, { context: { observer } });
    expect(shared).toEqual({ response: 'Hello.', llm_usage: USAGE });
    expect(failed).toEqual([
      [1, 5],
      [2, 2],
    ]);
  });

  it('keeps its code, hint and cause after the last attempt, and leaves no usage', async () => {
    const cause = new ModelFailure('MODEL_OVERLOADED', 'overloaded', { hint: 'Wait.' });
    const models = new Scripted(cause, cause, cause);
    const { shared, error } = await run(models, {});
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({
      code: 'MODEL_OVERLOADED',
      message: 'after 3 attempts: overloaded',
      hint: 'Wait.',
      cause,
    });
    expect(shared).toEqual({ error: 'after 3 attempts: overloaded' });
    expect(models.requests.length).toBe(3);
  });

  it.each([
    ['a failure that is not retryable', new ModelFailure('MODEL_AUTHENTICATION', 'wrong key')],
    ['an error without retryable', new PflowError('MODEL_KEY_MISSING', 'no key')],
    ['a programming error', new TypeError('oops')],
  ])('is not retried after %s', async (_what, failure) => {
    const models = new Scripted(failure, answer('never'));
    const { error } = await run(models, {});
    expect(error).toMatchObject({ message: failure.message });
    expect((error as { code?: string }).code).toBe((failure as { code?: string }).code);
    expect(models.requests.length).toBe(1);
  });

  it('with a refusal is MODEL_REFUSED, is not retried, and is stored with its text', async () => {
    const models = new Scripted(answer('I will not.', { finish_reason: 'refusal' }), answer('never'));
    const { shared, error } = await run(models, { output_schema: SCHEMA });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({ code: 'MODEL_REFUSED', retryable: false });
    expect(shared).toEqual({ response: 'I will not.', llm_usage: USAGE, error: (error as Error).message });
    expect(models.requests.length).toBe(1);
  });

  it('is retried after it broke off in the middle of the answer', async () => {
    const models = new Scripted(answer('Once', { finish_reason: 'error' }), answer('Once upon a time.'));
    expect((await run(models, {})).shared['response']).toBe('Once upon a time.');
  });

  it('is rethrown unchanged when the run was aborted', async () => {
    const controller = new AbortController();
    const reason = new ModelFailure('MODEL_NETWORK', 'cut');
    const models: ModelClient = {
      answer: (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(reason);
          });
          controller.abort();
        }),
    };
    const { error } = await run(models, {}, { context: { signal: controller.signal } });
    expect(error).toBe(reason);
  });
});
