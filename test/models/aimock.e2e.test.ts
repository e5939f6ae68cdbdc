// Calls a mock server of other authors through the real clients.
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelAnswer, ModelClient, ModelRequest } from '../../src/models/model.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';

const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  input_tokens: 11,
  output_tokens: 7,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
  totalTokenCount: 18,
};
const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' }, pages: { type: 'integer' } },
  required: ['title', 'pages'],
  additionalProperties: false,
};

let mock: LLMock;
let client: ModelClient;

beforeAll(async () => {
  mock = new LLMock({ port: 0 });
  await mock.start();
  const env = {
    ANTHROPIC_API_KEY: 'test-key-anthropic',
    ANTHROPIC_BASE_URL: mock.url,
    OPENAI_API_KEY: 'test-key-openai',
    OPENAI_BASE_URL: `${mock.url}/v1`,
    GOOGLE_GENERATIVE_AI_API_KEY: 'test-key-google',
    GOOGLE_BASE_URL: `${mock.url}/v1beta`,
    ROUTER_KEY: 'test-key-router',
  };
  const router = { base_url: `${mock.url}/v1`, api_key_env: 'ROUTER_KEY' };
  client = createProviderClient({ env, providers: { router, tools: { ...router, structured: 'tool' } } });
});

afterAll(() => mock.stop());

beforeEach(() => {
  mock.clearFixtures();
  mock.clearRequests();
});

const call = (request: ModelRequest): Promise<ModelAnswer> =>
  client.answer(request, new AbortController().signal);

describe.each([
  ['chat completions', 'router/some-model', '/v1/chat/completions'],
  ['responses', 'openai/gpt-4o-mini', '/v1/responses'],
  ['messages', 'anthropic/claude-sonnet-4-0', '/v1/messages'],
  ['generateContent', 'google/gemini-2.5-flash', '/v1beta/models/gemini-2.5-flash:generateContent'],
])('%s', (_, model, path) => {
  it('answers with text and usage, in one request without streaming', async () => {
    mock.onMessage('capital', { content: 'Paris', usage: USAGE });
    const { text, usage } = await call({ model, prompt: 'The capital of France?' });
    expect({ text, ...usage }).toMatchObject({ text: 'Paris', input_tokens: 11, output_tokens: 7 });
    const requests = mock.getRequests();
    expect(requests.map((request) => request.path)).toEqual([path]);
    expect(requests[0]?.body?.stream ?? false).toBe(false);
  });

  it('answers with JSON text for a schema', async () => {
    mock.onMessage('book', { content: '{"title": "Ulysses", "pages": 9007199254740993}', usage: USAGE });
    const { text } = await call({ model, prompt: 'A book', output_schema: SCHEMA });
    expect(text).toBe('{"title": "Ulysses", "pages": 9007199254740993}');
  });

  it.each([
    [401, 'MODEL_AUTHENTICATION'],
    [429, 'MODEL_RATE_LIMITED'],
    [500, 'MODEL_OVERLOADED'],
  ])('names the reason of status %i', async (status, code) => {
    mock.onMessage('fail', { error: { message: 'as the test has it', type: 'test' }, status });
    await expect(call({ model, prompt: 'fail' })).rejects.toMatchObject({ code });
    expect(mock.getRequests().length).toBeGreaterThan(0);
  });
});

it('takes a structured answer from a tool call', async () => {
  mock.onMessage('book', {
    toolCalls: [{ name: 'answer', arguments: '{"title": "Emma", "pages": 474}' }],
    usage: USAGE,
  });
  const { text } = await call({ model: 'tools/m', prompt: 'A book', output_schema: SCHEMA });
  expect(text).toBe('{"title": "Emma", "pages": 474}');
});
