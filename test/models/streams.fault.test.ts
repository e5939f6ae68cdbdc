// Invariant: a streamed answer equals the same answer without a stream, and a stream that breaks off is a failure.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ModelAnswer, ModelRequest } from '../../src/models/model.ts';
import type { ModelFailure } from '../../src/models/model-failure.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { startProvider, type TestProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';
import { rejectionOf } from './thrown-by.ts';

const MODELS = [
  'anthropic/claude-sonnet-4-0',
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-4o-mini',
  'google/gemini-2.5-flash',
  'ollama/llama3.2:1b',
] as const;

const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' }, pages: { type: 'integer' } },
  required: ['title', 'pages'],
  additionalProperties: false,
};

interface Called {
  readonly answer: Promise<ModelAnswer>;
  /** The parts of the text so far. */
  readonly parts: readonly string[];
}

async function provide(then: Behaviour, times = Infinity): Promise<TestProvider> {
  const provider = await startProvider({ rules: [{ times, then }] });
  onTestFinished(() => provider.stop());
  return provider;
}

function stream(
  { env }: TestProvider,
  model: string,
  { signal = new AbortController().signal, ...more }: Partial<ModelRequest> & { signal?: AbortSignal } = {},
): Called {
  const parts: string[] = [];
  const client = createProviderClient({ env });
  const request = { prompt: 'Name the planets', ...more, model };
  const answer = client.answer(request, signal, 'n', { onText: (text) => void parts.push(text) });
  return { answer, parts };
}

const ANSWERS: readonly (readonly [string, Behaviour, Partial<ModelRequest>])[] = [
  ['of some words', { do: 'answer', text: 'Mercury, Venus and the\n\nothers: ümläut 🌍.' }, {}],
  ['of one word', { do: 'answer', text: 'Eight' }, {}],
  [
    'with cached and reasoning tokens',
    { do: 'answer', tokens: { cache_read: 50, output: 30, reasoning: 20 } },
    {},
  ],
  ['that was cut by its limit', { do: 'answer', finish: 'length' }, {}],
  ['without a usage', { do: 'answer', tokens: 'none' }, {}],
  ['of another model', { do: 'answer', model: 'served-by-another' }, {}],
  ['with a schema', { do: 'answer' }, { output_schema: SCHEMA }],
  ['that is a refusal', { do: 'refusal' }, {}],
];

describe.each(MODELS)('a stream of %s', (model) => {
  // Each event of Google has a part of the text; other streams begin with events of another kind.
  const after = model.startsWith('google') ? 2 : 4;

  test.each(ANSWERS)('gives an answer %s as without a stream', async (_name, then, request) => {
    const provider = await provide(then);
    const client = createProviderClient({ env: provider.env });
    const whole = { prompt: 'Name the planets', ...request, model };
    const expected = await client.answer(whole, new AbortController().signal);
    const { answer, parts } = stream(provider, model, request);
    expect(await answer).toEqual(expected);
    expect(provider.requests.map(({ parsed }) => parsed.streams)).toEqual([false, true]);
    if (expected.text !== '') expect(parts.join('')).toBe(expected.text);
  });

  test('reports the text in parts, before the answer is complete', async () => {
    const provider = await provide({ do: 'broken stream', text: 'one two three', after, then: 'hang' });
    const controller = new AbortController();
    let enough: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const client = createProviderClient({ env: provider.env });
    const answer = client.answer({ model, prompt: 'x' }, controller.signal, 'n', {
      onText: () => {
        enough();
      },
    });
    await came;
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await rejectionOf(answer)).toBe(reason);
  });

  test.each(['cut', 'end'] as const)(
    'that breaks off (%s) fails, may be billed and can be repeated',
    async (then) => {
      const provider = await provide({ do: 'broken stream', text: 'one two three', after, then });
      const { answer } = stream(provider, model);
      const failure = (await rejectionOf(answer)) as ModelFailure;
      expect(failure).toMatchObject({ code: 'MODEL_NETWORK', unmetered: true, retryable: true });
      expect(failure.message).toContain('broke off in the middle of the answer');
    },
  );

  test.each([
    ['an overload', 529, undefined, 'MODEL_OVERLOADED'],
    ['too many requests', 429, 'rate_limit_exceeded', 'MODEL_RATE_LIMITED'],
  ])('that reports %s fails with the reason of the provider', async (_name, status, type, code) => {
    const named = model.startsWith('google') ? (status === 429 ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE') : type;
    const provider = await provide({
      ...{ do: 'broken stream', text: 'one two three', after, then: 'error', status },
      ...(named === undefined
        ? model.startsWith('anthropic')
          ? {}
          : { type: 'server_error' }
        : { type: named }),
    });
    const failure = (await rejectionOf(stream(provider, model).answer)) as ModelFailure;
    expect(failure).toMatchObject({ code, unmetered: true, retryable: true });
    expect(failure.message).toContain('too much at once');
  });

  test('that is not JSON is an unusable answer', async () => {
    const provider = await provide({ do: 'broken stream', text: 'one two', after: 2, then: 'garbage' });
    const failure = (await rejectionOf(stream(provider, model).answer)) as ModelFailure;
    expect(failure).toMatchObject({ code: 'MODEL_ANSWER_INVALID', unmetered: true });
  });

  test('that is refused before it begins fails as without a stream', async () => {
    const provider = await provide({ do: 'status', status: 401 });
    const failure = (await rejectionOf(stream(provider, model).answer)) as ModelFailure;
    expect(failure).toMatchObject({ code: 'MODEL_AUTHENTICATION', unmetered: false });
  });

  test('is read as a whole where the endpoint does not stream', async () => {
    const whole = await provide({ do: 'answer', text: 'Eight' });
    const client = createProviderClient({ env: whole.env });
    const expected = await client.answer({ model, prompt: 'Name the planets' }, new AbortController().signal);
    const [request] = whole.requests;
    const { composeAnswer } = await import('../support/provider/compose-answer.ts');
    const { APIS } = await import('../support/provider/provider.ts');
    const api = APIS.find(({ name }) => name === request?.api);
    const parsed = request?.parsed;
    if (api === undefined || parsed === undefined) throw new Error('no request');
    const body = api.write(composeAnswer(parsed, { do: 'answer', text: 'Eight' }), parsed);
    const provider = await provide({ do: 'body', body });
    const { answer, parts } = stream(provider, model);
    expect([await answer, parts]).toEqual([expected, []]);
  });
});

test('a stream of chat completions may end without [DONE], and events of Anthropic without message_stop', async () => {
  for (const model of ['ollama/llama3.2:1b', 'anthropic/claude-sonnet-4-0']) {
    const provider = await provide({ do: 'answer', text: 'one two', without_end: true });
    const answer = await stream(provider, model).answer;
    expect([answer.text, answer.usage.output_tokens]).toEqual(['one two', 2]);
  }
});

test('integers of a structured answer keep their digits in a stream', async () => {
  const text = '{"title":"x","pages":1458059302022549698}';
  const provider = await provide({ do: 'answer', text });
  // The older model of Anthropic answers by a tool, whose input this provider parses.
  for (const model of MODELS.slice(1)) {
    const { answer } = stream(provider, model, { output_schema: SCHEMA });
    expect((await answer).text.replaceAll(' ', '')).toContain('1458059302022549698');
  }
});
