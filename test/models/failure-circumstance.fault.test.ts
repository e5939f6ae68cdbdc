// Invariant: a failure that comes from the surroundings has a message and a hint of its own, and one request.
import { afterEach, describe, expect, it } from 'vitest';
import { redactPatterns } from '../../src/log/secrets/patterns.ts';
import { missingResponsesHint } from '../../src/models/chat-only-endpoint.ts';
import type { CustomProvider } from '../../src/models/model-name.ts';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { startProvider, type TestProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';
import { rejectionOf } from './thrown-by.ts';

const running: TestProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.stop()));
});

const SCHEMA = { type: 'object' };

async function failing(
  model: string,
  then: Behaviour,
  more: { output_schema?: Record<string, unknown>; structured?: CustomProvider['structured'] } = {},
): Promise<ModelFailure> {
  const provider = await startProvider({ rules: [{ then }] });
  running.push(provider);
  const { structured, ...request } = more;
  const settings = structured === undefined ? {} : { structured };
  const providers = { c: { base_url: `${provider.url}/v1`, ...settings } };
  const client = createProviderClient({ env: provider.env, providers });
  const error = await rejectionOf(
    client.answer({ model, prompt: 'x', ...request }, new AbortController().signal),
  );
  expect(error).toBeInstanceOf(ModelFailure);
  expect(provider.requests.length).toBe(1);
  return error as ModelFailure;
}

const error = (status: number, message: string, more: object = {}): Behaviour => ({
  do: 'body',
  status,
  body: { error: { type: 'invalid_request_error', message, ...more } },
});

describe('a spent limit', () => {
  it.each([
    [
      400,
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    ],
    [400, 'Your credit balance is too low to access the Anthropic API.'],
    [429, 'You exceeded your current quota, please check your plan and billing details.'],
    [403, 'Key limit exceeded (monthly limit).'],
    [403, "Your newly created team doesn't have any credits yet."],
    [429, 'Your team has used all available credits or reached its monthly spending limit.'],
    [400, 'Billing hard limit has been reached'],
    [401, 'Insufficient balance. Please recharge.'],
    [429, 'Your project has exceeded its monthly spending cap.'],
    [412, 'Account is suspended, possibly due to reaching the monthly spending limit.'],
    [403, 'Account suspended: failure to pay past invoices.'],
    [400, 'Your prepayment credits are depleted.'],
    [400, '账户余额不足'],
    [429, 'Daily limit reached'],
    [429, 'You have reached your daily limit of requests.'],
    [429, 'Monthly token quota exceeded.'],
    [
      429,
      'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
    ],
    [
      429,
      'Rate limit reached for model `m` on tokens per day (TPD): Limit 100000, Used 99999, Requested 900. Please try again in 14m24s.',
    ],
    [429, 'Rate limit reached for gpt-4o in organization o on requests per day (RPD): Limit 200, Used 200.'],
    [429, 'You are using a Trial key, which is limited to 1000 API calls / month. Please upgrade.'],
    [429, 'Too many tokens per day, please wait before trying again.'],
    [429, 'Tokens per day limit exceeded - too many tokens processed.'],
    [
      429,
      'Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 12345 seconds before retrying.',
    ],
    [429, 'Number of requests has exceeded your daily rate limit.'],
    [429, 'you have used up your daily free allocation of 10,000 neurons'],
    [403, 'Key limit exceeded (daily limit). Manage it in the settings.'],
    [402, 'You have exceeded your monthly included credits for Inference Providers.'],
    [402, 'Insufficient Balance'],
    [402, 'This request requires more credits, or fewer max_tokens. You can only afford 1234.'],
    [429, 'Credit limit exceeded, please add credits.'],
    [429, 'You have reached the request limit for this month'],
    [429, '您已达到今日请求上限'],
  ])('is MODEL_QUOTA with status %i and the words %j', async (status, message) => {
    const failure = await failing('claude-sonnet-4-0', error(status, message));
    expect([failure.code, failure.retryable]).toEqual(['MODEL_QUOTA', false]);
  });

  it.each([
    'Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000.',
    'Resource has been exhausted (e.g. check quota).',
    'This request would exceed your rate limit of 50 requests per minute.',
    'Quota exceeded for metric: requests per day. Please retry in 34.07s.',
    'Rate limit exceeded: free-models-per-min.',
    'Rate limit reached for gpt-4o on requests per day (RPD): Limit 200, Used 200. Please try again in 8.64s.',
    'You are using a Trial key, which is limited to 40 API calls / minute.',
    'Requests rate limit exceeded',
    'Service tier capacity exceeded for this model.',
    'You have reached the rate limit for this model: 6.0 queries and 80000 tokens per minute.',
    'Requests have exceeded token rate limit of your current tier. Please retry after 6 seconds.',
    'Requests per minute limit exceeded - too many requests sent.',
    'Too many requests today? Slow down a little.',
    'Rate limit exceeded: 20 requests per minute and 200 per day.',
    'Too many concurrent requests for your monthly plan.',
  ])('is not meant by %j', async (message) => {
    expect((await failing('gpt-4o', error(429, message))).code).toBe('MODEL_RATE_LIMITED');
  });

  const inADay = new Date(Date.now() + 86_400_000).toUTCString();
  it.each([
    [{ 'retry-after': '3' }, 'MODEL_RATE_LIMITED'],
    [{ 'retry-after': '0' }, 'MODEL_RATE_LIMITED'],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 'MODEL_RATE_LIMITED'],
    [{ 'retry-after-ms': '900' }, 'MODEL_RATE_LIMITED'],
    [{ 'retry-after': '864' }, 'MODEL_QUOTA'],
    [{ 'retry-after': inADay }, 'MODEL_QUOTA'],
    [{ 'retry-after-ms': '864000' }, 'MODEL_QUOTA'],
  ])('of a day is meant by how long the wait is: %j', async (headers, code) => {
    const text = JSON.stringify({ error: { message: 'Rate limit reached on tokens per day (TPD).' } });
    const limited: Behaviour = { do: 'text', text, status: 429, headers };
    expect((await failing('c/x', limited)).code).toBe(code);
  });

  it.each([
    ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'MODEL_QUOTA'],
    ['GenerateRequestsPerMinutePerProjectPerModel-FreeTier', 'MODEL_RATE_LIMITED'],
  ])('is named by Google as %s', async (quotaId, code) => {
    const details = [{ violations: [{ quotaId }] }, { retryDelay: '34s' }];
    const message = 'You exceeded your current quota, please check your plan. Please retry in 34.07s.';
    const body = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message, details } };
    expect((await failing('gemini-2.5-flash', { do: 'body', status: 429, body })).code).toBe(code);
  });

  it('is not meant by a server that requests a wait', async () => {
    const text = JSON.stringify({ error: { message: 'You exceeded your current quota.' } });
    const limited: Behaviour = { do: 'text', text, status: 429, headers: { 'retry-after': '3' } };
    expect((await failing('c/x', limited)).code).toBe('MODEL_RATE_LIMITED');
  });

  it('is found in an answer with status 200 that has its own status', async () => {
    const body = { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } };
    expect((await failing('c/x', { do: 'body', body })).code).toBe('MODEL_QUOTA');
  });
});

const PAGE =
  '<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head><body></body></html>';

describe('a page', () => {
  it.each([
    [200, 'MODEL_ANSWER_INVALID'],
    [401, 'MODEL_NETWORK'],
    [403, 'MODEL_NETWORK'],
    [404, 'MODEL_REQUEST_INVALID'],
  ])('with status %i is named with its title, and is not requested again', async (status, code) => {
    for (const model of ['claude-sonnet-4-0', 'gpt-4o', 'gemini-2.5-flash', 'c/x']) {
      const failure = await failing(model, { do: 'text', text: PAGE, status });
      expect([failure.code, failure.retryable]).toEqual([code, false]);
      expect(failure.message).toContain('a web page came instead of an answer of the provider');
      expect(failure.message).toContain('Attention Required! | Cloudflare');
      expect(failure.hint).toContain('firewall');
    }
  });

  it('with status 413 is a request that is too large for a gateway', async () => {
    const failure = await failing('c/x', { do: 'text', text: PAGE, status: 413 });
    expect([failure.code, failure.retryable]).toEqual(['MODEL_REQUEST_INVALID', false]);
    expect(failure.message).toContain('the request is larger than a gateway in between takes');
  });

  it('of a gateway with status 502 is an overloaded provider', async () => {
    const failure = await failing('gpt-4o', { do: 'text', text: '<html><h1>502</h1></html>', status: 502 });
    expect([failure.code, failure.retryable]).toEqual(['MODEL_OVERLOADED', true]);
  });
});

it.each([
  [
    'gpt-4o',
    error(403, 'Country, region, or territory not supported', {
      code: 'unsupported_country_region_territory',
    }),
  ],
  ['claude-sonnet-4-0', error(403, 'Request not allowed', { type: 'forbidden' })],
  [
    'gemini-2.5-flash',
    error(400, 'User location is not supported for the API use.', { status: 'FAILED_PRECONDITION' }),
  ],
  ['c/x', error(403, 'This model is not available in your region.')],
] as const)('a region that %s does not serve is named', async (model, behaviour) => {
  const failure = await failing(model, behaviour);
  expect([failure.code, failure.retryable]).toEqual(['MODEL_AUTHENTICATION', false]);
  expect(failure.message).toContain('the provider does not serve this country or region');
});

describe('a request that can never succeed is not repeated', () => {
  const tooLarge =
    'Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 50000. ' +
    'The input or output tokens must be reduced in order to run successfully.';
  const reduce =
    'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 8000, ' +
    'please reduce your message size and try again.';
  const missing = 'model "m" not found, try pulling it first';
  const detail = [{ loc: ['body', 'x', 0], msg: 'field required', type: 'value_error' }];

  it.each([
    [error(429, tooLarge, { type: 'tokens', code: 'rate_limit_exceeded' }), `(429: "${tooLarge}")`],
    [error(413, reduce, { code: 'rate_limit_exceeded' }), `(413: "${reduce}")`],
    // Ollama gives this type to every failure.
    [error(404, missing, { type: 'api_error' }), `(404: "${missing}")`],
    [{ do: 'body', status: 422, body: { detail } }, '(422: "body.x.0: field required")'],
  ] as const)('%j', async (behaviour, quoted) => {
    const failure = await failing('c/x', behaviour);
    expect([failure.code, failure.retryable]).toEqual(['MODEL_REQUEST_INVALID', false]);
    expect(failure.message).toBe(`c/x: the provider did not accept the request ${quoted}`);
  });

  it('nor is one that is answered with a stream', async () => {
    const failure = await failing('c/x', { do: 'text', text: 'data: {"choices":[]}\n\n' });
    expect([failure.code, failure.retryable]).toEqual(['MODEL_ANSWER_INVALID', false]);
    expect(failure.hint).toBe('Set "stream" of the node to true: the endpoint answers with streams only.');
  });
});

it('a proxy that requires a password is named', async () => {
  const failure = await failing('gpt-4o', { do: 'text', text: 'Proxy Authentication Required', status: 407 });
  expect([failure.code, failure.retryable]).toEqual(['MODEL_NETWORK', false]);
  expect(failure.message).toContain('the proxy requires a user name and a password');
  expect(failure.hint).toContain('HTTPS_PROXY');
  expect(redactPatterns(failure.hint ?? '')).toBe(failure.hint);
});

describe('an answer in the form of another API', () => {
  const chat = {
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };

  it('names the setting where chat completions answer, keeps the usage, and is not requested again', async () => {
    const failure = await failing('gpt-4o', { do: 'body', body: chat });
    expect([failure.code, failure.retryable, failure.unmetered]).toEqual([
      'MODEL_ANSWER_INVALID',
      false,
      false,
    ]);
    expect(failure.message).toContain('has the form of chat completions');
    expect(failure.hint).toContain('"providers"');
    expect(failure.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
  });

  it('names the address elsewhere', async () => {
    const failure = await failing('claude-sonnet-4-0', { do: 'body', body: chat });
    expect(failure.hint).toContain('ANTHROPIC_BASE_URL');
    expect(failure.usage).toMatchObject({ input_tokens: 10 });
  });
});

describe('an endpoint without the Responses API', () => {
  const path = 'Check that OPENAI_BASE_URL has the right path, usually /v1.';
  const page =
    'A firewall, a proxy or a sign-in page may be in between: check the network and OPENAI_BASE_URL.';
  const html = '<!DOCTYPE html><title>Error</title><pre>Cannot POST /v1/responses</pre>';

  it.each([
    ['vLLM', { do: 'body', status: 404, body: { detail: 'Not Found' } }, path],
    ['llama.cpp', error(404, 'File Not Found', { code: 404, type: 'not_found_error' }), path],
    ['a Go server', { do: 'text', text: '404 page not found', status: 404 }, path],
    ['Express', { do: 'text', text: html, status: 404 }, page],
  ] as const)(
    'as of %s is named with the setting for chat completions',
    async (_server, behaviour, start) => {
      const failure = await failing('gpt-4o', behaviour);
      expect([failure.code, failure.retryable, failure.hintsAtEndpoint]).toEqual([
        'MODEL_REQUEST_INVALID',
        false,
        true,
      ]);
      const address = /"base_url": "(http:[^"]+)"/u.exec(failure.hint ?? '')?.[1] ?? 'no address';
      expect(failure.hint).toBe(
        `${start} If the endpoint has chat completions but no Responses API, ` +
          `add {"providers": {"NAME": {"base_url": "${address}", "api_key_env": "OPENAI_API_KEY"}}} ` +
          'to the settings, and write the model as NAME/….',
      );
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/u);
    },
  );

  it.each([
    ['gpt-4o', error(404, 'The model `gpt-4o` does not exist.', { type: 'NotFoundError' })],
    ['gpt-4o', error(404, 'not found', { code: 'model_not_found' })],
    ['gpt-4o', error(404, 'No endpoints found for gpt-4o.')],
    ['c/x', { do: 'body', status: 404, body: { detail: 'Not Found' } }],
  ] as const)('is not meant where %s is unknown (%j)', async (model, behaviour) => {
    const { hint, hintsAtEndpoint } = await failing(model, behaviour);
    const from = model === 'c/x' ? 'base_url of "c" in the settings' : 'OPENAI_BASE_URL';
    expect([hint, hintsAtEndpoint]).toEqual([
      `Check the model's name, and that ${from} leads to an endpoint that has it.`,
      false,
    ]);
  });

  it.each([
    ['https://api.openai.com/v1', false],
    ['https://eu.api.openai.com/v1', false],
    ['https://api.openai.com.example/v1', true],
  ])('at %s is %s', (base_url, isNamed) => {
    const hint = missingResponsesHint(
      { status: 404, reported: undefined, raw: '' },
      {
        model: 'openai/m',
        api: 'openai',
        key_variable: undefined,
        base_url,
      },
    );
    expect(hint !== undefined).toBe(isNamed);
  });
});

describe('a form of structured answers that an endpoint does not take', () => {
  it.each([
    ['This response_format type is unavailable now', undefined, '"json_object"'],
    ["'json_schema' is not supported", undefined, '"none"'],
    ['response_format is not supported', 'json_object', '"tool" or "none"'],
    ['tool_choice is not supported', 'tool', '"json_object" or "none"'],
  ] as const)('reported as %j names the setting', async (message, structured, hint) => {
    const more = { output_schema: SCHEMA, ...(structured === undefined ? {} : { structured }) };
    const failure = await failing('c/x', error(400, message), more);
    expect([failure.code, failure.retryable]).toEqual(['MODEL_REQUEST_INVALID', false]);
    expect(failure.hint).toContain('Set "structured" of provider "c" in the settings to');
    expect(failure.hint).toContain(hint);
  });

  it('is not blamed without a schema', async () => {
    const failure = await failing('c/x', error(400, 'response_format is not supported'));
    expect(failure.hint).not.toContain('structured');
  });
});

describe('a call without a known usage', () => {
  it.each<readonly [string, Behaviour, boolean]>([
    ['an unreadable answer', { do: 'garbage' }, true],
    ['half an answer', { do: 'half' }, true],
    ['a connection that is reset', { do: 'reset' }, true],
    ['a page', { do: 'text', text: PAGE }, true],
    ['status 400', { do: 'status', status: 400 }, false],
    ['status 429', { do: 'status', status: 429 }, false],
    ['status 500', { do: 'status', status: 500 }, false],
  ])('is unmetered after %s: %j %s', async (_what, behaviour, unmetered) => {
    for (const model of ['claude-sonnet-4-0', 'gpt-4o', 'gemini-2.5-flash', 'c/x']) {
      expect((await failing(model, behaviour)).unmetered).toBe(unmetered);
    }
  });

  it('is free where nothing was sent', async () => {
    const provider = await startProvider();
    await provider.stop();
    const client = createProviderClient({ env: provider.env });
    const sent: string[] = [];
    const onSent = (): void => void sent.push('sent');
    const call = client.answer({ model: 'gpt-4o', prompt: 'x' }, new AbortController().signal, 'n', {
      onSent,
    });
    expect(((await rejectionOf(call)) as ModelFailure).unmetered).toBe(false);
    expect(sent).toEqual(['sent']);
  });
});
