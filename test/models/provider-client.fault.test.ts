// Invariant: for every fault of a provider, a call ends with one ModelFailure of the right code after one request, or
// promptly with the reason of the abort; and no text of the failure contains a key.
import { afterEach, describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { startProvider, type TestProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';
import { rejectionOf } from './thrown-by.ts';

const running: TestProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.stop()));
});

async function failing(
  model: string,
  then: Behaviour,
): Promise<{ failure: ModelFailure; provider: TestProvider }> {
  const provider = await startProvider({ rules: [{ then }] });
  running.push(provider);
  const error = await rejectionOf(answer(provider.env, model));
  expect(error).toBeInstanceOf(ModelFailure);
  return { failure: error as ModelFailure, provider };
}

function answer(
  env: Readonly<Record<string, string>>,
  model: string,
  signal = new AbortController().signal,
): Promise<unknown> {
  return createProviderClient({ env }).answer({ model, prompt: 'What is up?' }, signal);
}

const MODELS = ['claude-sonnet-4-0', 'gpt-4o', 'gemini-2.5-flash', 'ollama/llama3.2:1b'];

const FAILURES: readonly (readonly [string, Behaviour, string, boolean])[] = [
  ['401', { do: 'status', status: 401 }, 'MODEL_AUTHENTICATION', false],
  ['403', { do: 'status', status: 403 }, 'MODEL_AUTHENTICATION', false],
  ['402', { do: 'status', status: 402 }, 'MODEL_QUOTA', false],
  ['an exhausted quota', { do: 'status', status: 429, type: 'insufficient_quota' }, 'MODEL_QUOTA', false],
  ['429', { do: 'status', status: 429 }, 'MODEL_RATE_LIMITED', true],
  ['400', { do: 'status', status: 400 }, 'MODEL_REQUEST_INVALID', false],
  ['404', { do: 'status', status: 404 }, 'MODEL_REQUEST_INVALID', false],
  ['422', { do: 'status', status: 422, type: 'unprocessable' }, 'MODEL_REQUEST_INVALID', false],
  ['408', { do: 'status', status: 408, type: 'timeout' }, 'MODEL_OVERLOADED', true],
  ['500', { do: 'status', status: 500 }, 'MODEL_OVERLOADED', true],
  ['503', { do: 'status', status: 503 }, 'MODEL_OVERLOADED', true],
  ['529', { do: 'status', status: 529 }, 'MODEL_OVERLOADED', true],
  [
    'a policy violation',
    { do: 'status', status: 400, type: 'content_policy_violation' },
    'MODEL_REFUSED',
    false,
  ],
  ['garbage', { do: 'garbage' }, 'MODEL_ANSWER_INVALID', true],
  ['an empty body', { do: 'empty' }, 'MODEL_ANSWER_INVALID', true],
  ['JSON of another form', { do: 'body', body: [1, 2] }, 'MODEL_ANSWER_INVALID', false],
  ['half an answer', { do: 'half' }, 'MODEL_NETWORK', true],
  ['a connection reset', { do: 'reset' }, 'MODEL_NETWORK', true],
];

describe.each(MODELS)('a call of %s', (model) => {
  it.each(FAILURES)(
    'that is answered with %s fails with the right code',
    async (_what, behaviour, code, retryable) => {
      const { failure, provider } = await failing(model, behaviour);
      expect([failure.code, failure.retryable]).toEqual([code, retryable]);
      expect(failure.hint).not.toBe(undefined);
      expect(provider.requests.length).toBe(1);
    },
  );

  it('fails with MODEL_NETWORK when the provider is down', async () => {
    const provider = await startProvider();
    await provider.stop();
    const error = (await rejectionOf(answer(provider.env, model))) as ModelFailure;
    expect([error.code, error.retryable]).toEqual(['MODEL_NETWORK', true]);
    expect(error.message).toContain(`${new URL(provider.url).host} cannot be reached (ECONNREFUSED)`);
  });

  it('that is never answered ends at once with the reason when the caller aborts', async () => {
    const provider = await startProvider({ rules: [{ then: { do: 'hang' } }] });
    running.push(provider);
    const controller = new AbortController();
    const reason = new PflowError('INTERRUPTED', 'Ctrl-C');
    const rejected = rejectionOf(answer(provider.env, model, controller.signal));
    const request = await provider.waitForRequest(1);
    controller.abort(reason);
    expect(await rejected).toBe(reason);
    await until(() => request.abandoned);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('an aborted call', () => {
  it('sends no request when it was aborted before', async () => {
    const provider = await startProvider();
    running.push(provider);
    const reason = new Error('too late');
    expect(await rejectionOf(answer(provider.env, 'gpt-4o', AbortSignal.abort(reason)))).toBe(reason);
    expect(provider.requests).toEqual([]);
  });

  it('ends in the middle of a slow answer', async () => {
    const provider = await startProvider({ rules: [{ then: { do: 'answer', after_ms: 60_000 } }] });
    running.push(provider);
    const controller = new AbortController();
    const rejected = rejectionOf(answer(provider.env, 'claude-sonnet-4-0', controller.signal));
    await provider.waitForRequest(1);
    controller.abort();
    expect(((await rejected) as Error).name).toBe('AbortError');
  });
});

describe('a host name that cannot be resolved', () => {
  it('is MODEL_NETWORK', async () => {
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://no-such-host.invalid/v1' };
    const error = (await rejectionOf(answer(env, 'gpt-4o'))) as ModelFailure;
    expect(error.code).toBe('MODEL_NETWORK');
    expect(error.message).toContain('no-such-host.invalid cannot be reached (E');
  });
});

describe('a failed call', () => {
  it('has the wait that the provider requests in each form of Retry-After', async () => {
    const limited = async (headers: Record<string, string>): Promise<number | undefined> =>
      (await failing('gpt-4o', { do: 'status', status: 429, headers })).failure.retryAfterMs;
    expect(await limited({ 'retry-after': '7' })).toBe(7000);
    expect(await limited({ 'retry-after': '7', 'retry-after-ms': '1500' })).toBe(1500);
    expect(await limited({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(undefined);
    expect(await limited({})).toBe(undefined);
  });

  it('quotes the message of the provider in one line', async () => {
    const { failure } = await failing('gpt-4o', {
      do: 'status',
      status: 400,
      message: 'No such\n\u001b[31mthing',
    });
    expect(failure.message).toBe(
      'openai/gpt-4o: the provider did not accept the request (400: "No such [31mthing")',
    );
  });

  it('names the variable of a rejected key', async () => {
    const { failure } = await failing('claude-sonnet-4-0', { do: 'status', status: 401 });
    expect(failure.hint).toBe('Check ANTHROPIC_API_KEY, and that the key may use this model.');
  });

  it.each([
    ['garbage', { do: 'garbage' }, 'the answer is not JSON'],
    ['empty', { do: 'empty' }, 'the answer is empty'],
    ['form', { do: 'body', body: { id: 1 } }, "the answer does not have the form of the provider's API"],
    ['no choices', { do: 'body', body: { choices: [] } }, 'the answer holds no message'],
  ] as const)('describes an unusable answer: %s', async (_what, behaviour, problem) => {
    const { failure } = await failing('ollama/llama3.2:1b', behaviour);
    expect(failure.message).toBe(`ollama/llama3.2:1b: ${problem}`);
  });

  it('has the usage of an unusable answer', async () => {
    const body = { choices: [], usage: { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23 } };
    const { failure } = await failing('ollama/llama3.2:1b', { do: 'body', body });
    expect(failure.usage).toEqual({
      input_tokens: 20,
      output_tokens: 3,
      total_tokens: 23,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    });
  });

  it('has the bill, the tier and the model of an unusable answer', async () => {
    const usage = { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23, cost: 0.0125 };
    const body = { choices: [], model: 'llama3.2:1b-fp16', service_tier: 'priority', usage };
    const { failure } = await failing('ollama/llama3.2:1b', { do: 'body', body });
    expect(failure).toMatchObject({
      usage: { total_tokens: 23, tier: 'priority' },
      response_model: 'llama3.2:1b-fp16',
      provider_cost_usd: 0.0125,
    });
    const usual = { ...body, model: 'llama3.2:1b', service_tier: 'default' };
    const { failure: plain } = await failing('ollama/llama3.2:1b', { do: 'body', body: usual });
    expect([plain.usage?.tier, plain.response_model]).toEqual([undefined, undefined]);
  });

  it('has the code of an error that comes with status 200', async () => {
    const limited = await failing('ollama/x', {
      do: 'body',
      body: { error: { message: 'slow down', code: 429 } },
    });
    expect([limited.failure.code, limited.failure.message]).toEqual([
      'MODEL_RATE_LIMITED',
      'ollama/x: too many requests (429: "slow down")',
    ]);
    const response = {
      id: 'r',
      status: 'failed',
      error: { code: 'server_error', message: 'oops' },
      output: [],
    };
    expect((await failing('gpt-4o', { do: 'body', body: response })).failure.code).toBe('MODEL_OVERLOADED');
  });

  it('recognises the empty account of Anthropic by its message and the invalid key of Google by its details', async () => {
    const low = {
      do: 'status',
      status: 400,
      message: 'Your credit balance is too low to access the API.',
    } as const;
    expect((await failing('claude-sonnet-4-0', low)).failure.code).toBe('MODEL_QUOTA');
    const details = [{ reason: 'API_KEY_INVALID' }, { retryDelay: '2.5s' }];
    const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details };
    const { failure } = await failing('gemini-2.5-flash', { do: 'body', status: 400, body: { error } });
    expect([failure.code, failure.retryAfterMs]).toEqual(['MODEL_AUTHENTICATION', 2500]);
  });
});

describe('an error that quotes keys', () => {
  const KEYS = {
    ANTHROPIC_API_KEY: 'sk-ant-verysecret-1',
    OPENAI_API_KEY: 'sk-proj-verysecret-2',
    GOOGLE_GENERATIVE_AI_API_KEY: 'AIzaverysecret-3',
  };

  it.each(MODELS.slice(0, 3))('of %s contains no key', async (model) => {
    const quoting = `Invalid key: ${Object.values(KEYS).join(' ')} was given`;
    const behaviours: readonly Behaviour[] = [
      { do: 'status', status: 401, message: quoting },
      { do: 'status', status: 400, message: quoting },
      { do: 'body', body: [quoting] },
      { do: 'half' },
    ];
    const provider = await startProvider({ rules: behaviours.map((then) => ({ times: 1, then })) });
    running.push(provider);
    for (const _behaviour of behaviours) {
      const error = (await rejectionOf(answer({ ...provider.env, ...KEYS }, model))) as ModelFailure;
      const own = {
        claude: KEYS.ANTHROPIC_API_KEY,
        gpt: KEYS.OPENAI_API_KEY,
        gemini: KEYS.GOOGLE_GENERATIVE_AI_API_KEY,
      };
      const key = own[model.split('-')[0] as keyof typeof own];
      const text = [error.message, error.hint, error.stack, ...error.details, String(error.cause)].join('\n');
      expect(text).not.toContain(key);
    }
  });
});
