import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PflowError } from '../../src/errors.ts';
import type { ModelClient, ModelRequest } from '../../src/models/model.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { at } from '../support/provider/json.ts';
import { startProvider, type TestProvider } from '../support/provider/provider.ts';
import type { ApiName, Script } from '../support/provider/script.ts';
import { rejectionOf } from './thrown-by.ts';

const running: TestProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.stop()));
});

async function start(script: Script = {}): Promise<{ provider: TestProvider; client: ModelClient }> {
  const provider = await startProvider(script);
  running.push(provider);
  const providers = { router: { base_url: `${provider.url}/v1`, api_key_env: 'ROUTER_KEY' } };
  const env = { ...provider.env, ROUTER_KEY: 'test-router-key' };
  return { provider, client: createProviderClient({ env, providers }) };
}

const call = (client: ModelClient, request: ModelRequest): ReturnType<ModelClient['answer']> =>
  client.answer(request, new AbortController().signal);

const MODELS: readonly (readonly [string, ApiName, string])[] = [
  ['anthropic/claude-sonnet-4-0', 'anthropic-messages', 'anthropic'],
  ['openai/gpt-4o-mini', 'openai-responses', 'openai'],
  ['google/gemini-2.5-flash', 'google-generate', 'google'],
  ['ollama/llama3.2:1b', 'openai-chat', 'ollama'],
  ['router/vendor/model', 'openai-chat', 'router'],
];

const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' }, pages: { type: 'integer' } },
  required: ['title', 'pages'],
  additionalProperties: false,
};

describe.each(MODELS)('a call of %s', (model, api, provider) => {
  it('uses the API of the provider and returns text and usage', async () => {
    const { provider: server, client } = await start();
    const answer = await call(client, { model, prompt: 'Name the planets', system: 'Be brief' });
    const { raw_usage, service_tier: _tier, ...rest } = answer;
    expect(rest).toEqual({
      text: 'A request of 3 words: Name the planets',
      provider,
      model,
      usage: {
        input_tokens: 6,
        output_tokens: 10,
        total_tokens: 16,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
      },
      finish_reason: 'stop',
    });
    expect(typeof raw_usage).toBe('object');
    expect(server.requests.map((request) => request.parsed)).toEqual([
      {
        api,
        model: model.slice(model.indexOf('/') + 1),
        prompt: 'Name the planets',
        system: 'Be brief',
        schema: undefined,
        streams: false,
        as_tool: false,
      },
    ]);
  });

  it('counts cached and reasoning tokens once', async () => {
    const tokens = { input: 100, cache_read: 50, output: 30, reasoning: 20 };
    const { client } = await start({ rules: [{ then: { do: 'answer', tokens } }] });
    expect((await call(client, { model, prompt: 'x' })).usage).toEqual({
      input_tokens: 100,
      output_tokens: 30,
      total_tokens: 180,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 50,
      reasoning_tokens: 20,
    });
  });

  it('sends the schema and returns the structured answer as text', async () => {
    const { provider: server, client } = await start();
    const answer = await call(client, { model, prompt: 'x', output_schema: SCHEMA });
    expect(JSON.parse(answer.text)).toEqual({ title: 'a title', pages: 1 });
    expect(answer.finish_reason).toBe('stop');
    expect(at(server.requests[0]?.parsed.schema, 'properties')).toEqual(SCHEMA.properties);
  });

  it('returns a structured answer that is not JSON with its text and its usage', async () => {
    const { client } = await start({ rules: [{ then: { do: 'answer', text: 'Sorry, no JSON today' } }] });
    const answer = await call(client, { model, prompt: 'x', output_schema: SCHEMA });
    expect(answer.text).toBe('Sorry, no JSON today');
    expect(answer.usage.output_tokens).toBe(5);
  });

  it('has the finish reason length when the answer stops at max_tokens', async () => {
    const { client } = await start({
      rules: [{ then: { do: 'answer', text: '{"title":"ha', finish: 'length' } }],
    });
    const answer = await call(client, { model, prompt: 'x', max_tokens: 3, output_schema: SCHEMA });
    expect([answer.text, answer.finish_reason]).toEqual(['{"title":"ha', 'length']);
  });

  it('has a reason to stop and the usage of a refusal', async () => {
    const { client } = await start({ rules: [{ then: { do: 'refusal' } }] });
    const answer = await call(client, { model, prompt: 'x' });
    // Google blocks the prompt; its model did not refuse.
    expect(answer.finish_reason).toBe(api === 'google-generate' ? 'content-filter' : 'refusal');
    expect(answer.usage.output_tokens).toBe(6);
  });

  it('returns the name of another model that answered', async () => {
    const { client } = await start({ rules: [{ then: { do: 'answer', model: 'model-2026-01-01' } }] });
    expect((await call(client, { model, prompt: 'x' })).response_model).toBe('model-2026-01-01');
  });
});

describe('a request', () => {
  it('sends temperature and max_tokens under the names of each API', async () => {
    const { provider, client } = await start();
    const options = { prompt: 'x', temperature: 0.5, max_tokens: 100 };
    await call(client, { ...options, model: 'claude-sonnet-4-0' });
    await call(client, { ...options, model: 'gpt-4o' });
    await call(client, { ...options, model: 'gemini-2.5-flash' });
    await call(client, { ...options, model: 'router/x' });
    const [anthropic, openai, google, router] = provider.requests.map((request) => request.body);
    expect([anthropic?.['temperature'], anthropic?.['max_tokens']]).toEqual([0.5, 100]);
    expect([openai?.['temperature'], openai?.['max_output_tokens']]).toEqual([0.5, 100]);
    expect(google?.['generationConfig']).toEqual({ temperature: 0.5, maxOutputTokens: 100 });
    expect([router?.['temperature'], router?.['max_tokens']]).toEqual([0.5, 100]);
  });

  it('sends the budget for thinking in the form of each API', async () => {
    const { provider, client } = await start();
    for (const model of ['claude-sonnet-4-0', 'o3-mini', 'gemini-2.5-flash', 'router/x']) {
      await call(client, { model, prompt: 'x', thinking: 4000 });
    }
    const [anthropic, openai, google, router] = provider.requests.map((request) => request.body);
    expect(anthropic?.['thinking']).toEqual({ type: 'enabled', budget_tokens: 4000 });
    expect(openai?.['reasoning']).toEqual({ effort: 'medium' });
    expect(google?.['generationConfig']).toEqual({ thinkingConfig: { thinkingBudget: 4000 } });
    expect(router?.['reasoning_effort']).toBe('medium');
  });

  it('forbids OpenAI to store it, and uses strict mode only for a schema that fits', async () => {
    const { provider, client } = await start();
    await call(client, { model: 'gpt-4o', prompt: 'x', output_schema: SCHEMA });
    await call(client, { model: 'gpt-4o', prompt: 'x', output_schema: { ...SCHEMA, required: ['title'] } });
    await call(client, { model: 'router/x', prompt: 'x', output_schema: SCHEMA });
    expect(provider.requests.map(({ body }) => body['store'])).toEqual([false, false, undefined]);
    const strict = ({ body }: { body: unknown }): unknown =>
      at(body, 'text', 'format', 'strict') ?? at(body, 'response_format', 'json_schema', 'strict');
    expect(provider.requests.map(strict)).toEqual([true, false, true]);
  });

  it('marks the system text for caching only for Anthropic', async () => {
    const { provider, client } = await start();
    for (const cache_system of [true, false]) {
      for (const [model] of MODELS)
        await call(client, { model, prompt: 'x', system: 'Be brief', cache_system });
    }
    const marked = { type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral' } };
    for (const [index, { api, body, parsed }] of provider.requests.entries()) {
      expect(parsed.system).toBe('Be brief');
      const isMarked = api === 'anthropic-messages' && index < MODELS.length;
      expect(JSON.stringify(body).includes('cache_control'), api).toBe(isMarked);
      if (isMarked) expect(body['system']).toEqual([marked]);
    }
  });

  it('sends Google no schema that it cannot express, and others every schema', async () => {
    const { provider, client } = await start();
    const open = { type: 'object', properties: { params: { type: 'object', additionalProperties: {} } } };
    for (const output_schema of [SCHEMA, open]) {
      await call(client, { model: 'google/gemini-2.5-flash', prompt: 'x', output_schema });
      await call(client, { model: 'anthropic/claude-sonnet-4-5', prompt: 'x', output_schema });
    }
    const isSent = provider.requests.map(({ parsed }) => parsed.schema !== undefined);
    expect(isSent).toEqual([true, true, false, true]);
    const json = provider.requests.map(({ body }) => at(body, 'generationConfig', 'responseMimeType'));
    expect([json[0], json[2]]).toEqual(['application/json', 'application/json']);
  });

  it('carries the key of its own provider in the header of the API', async () => {
    const { provider, client } = await start();
    for (const [model] of MODELS) await call(client, { model, prompt: 'x' });
    const keys = provider.requests.map(({ headers }) => [
      headers['x-api-key'],
      headers['authorization'],
      headers['x-goog-api-key'],
    ]);
    expect(keys).toEqual([
      ['test-anthropic-key', undefined, undefined],
      [undefined, 'Bearer test-openai-key', undefined],
      [undefined, undefined, 'test-google-key'],
      [undefined, undefined, undefined],
      [undefined, 'Bearer test-router-key', undefined],
    ]);
  });

  it('reads images from files and passes addresses on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pflow-images-'));
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    writeFileSync(join(folder, 'dot.png'), png);
    const provider = await startProvider();
    running.push(provider);
    const client = createProviderClient({ env: provider.env, cwd: folder });
    await call(client, {
      model: 'claude-sonnet-4-0',
      prompt: 'What is it?',
      images: ['dot.png', 'https://example.com/a.png'],
    });
    rmSync(folder, { recursive: true });
    expect(at(provider.requests[0]?.body, 'messages', 0, 'content')).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png.toString('base64') } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ]);
  });

  it.each([
    ['', 'empty'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'text'],
  ])('sends no image that is %j', async (content, kind) => {
    const { provider, client } = await start();
    const folder = mkdtempSync(join(tmpdir(), 'pflow-images-'));
    const path = join(folder, 'dot.png');
    writeFileSync(path, content);
    const error = await rejectionOf(call(client, { model: 'gpt-4o', prompt: 'x', images: [path] }));
    rmSync(folder, { recursive: true });
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', message: `image "${path}" is ${kind}` });
    expect(provider.requests).toEqual([]);
  });

  it('with a missing image fails before it is sent', async () => {
    const { provider, client } = await start();
    const error = await rejectionOf(call(client, { model: 'gpt-4o', prompt: 'x', images: ['/no/such.png'] }));
    expect((error as PflowError).code).toBe('FILE_NOT_FOUND');
    expect(provider.requests).toEqual([]);
  });
});

describe('an answer', () => {
  it('has the cost that a router reports and the tier of the service', async () => {
    const reported = {
      do: 'answer',
      cost_usd: 0.0012,
      service_tier: 'flex',
      tokens: { cache_write: 10 },
    } as const;
    const { client } = await start({ rules: [{ then: reported }] });
    const answer = await call(client, { model: 'router/x', prompt: 'x' });
    expect([answer.provider_cost_usd, answer.service_tier]).toEqual([0.0012, 'flex']);
    expect(answer.usage.cache_creation_input_tokens).toBe(10);
  });

  it('of Anthropic has the cache writes of an hour and the web searches', async () => {
    const tokens = { input: 5, output: 7, cache_write: 30, cache_write_1h: 20, web_search: 2 };
    const { client } = await start({ rules: [{ then: { do: 'answer', tokens } }] });
    expect((await call(client, { model: 'claude-sonnet-4-0', prompt: 'x' })).usage).toEqual({
      input_tokens: 5,
      output_tokens: 7,
      total_tokens: 42,
      cache_creation_input_tokens: 30,
      cache_read_input_tokens: 0,
      cache_creation_1h_input_tokens: 20,
      requests: { web_search: 2 },
    });
  });

  it('of Google that took two requests has the usage of both', async () => {
    const part = (finishReason: string, promptTokenCount: number): unknown => ({
      candidates: [
        { content: { role: 'model', parts: [{ text: 'half ' }] }, finishReason, continuationToken: 't' },
      ],
      usageMetadata: { promptTokenCount, candidatesTokenCount: 10, totalTokenCount: promptTokenCount + 10 },
    });
    const { client } = await start({
      rules: [
        { times: 1, then: { do: 'body', body: part('CONTINUATION', 4) } },
        { then: { do: 'body', body: part('STOP', 14) } },
      ],
    });
    const answer = await call(client, { model: 'google/gemini-4-pro', prompt: 'x' });
    expect(answer.text).toBe('half half ');
    expect([answer.usage.input_tokens, answer.usage.output_tokens]).toEqual([18, 20]);
  });

  it.each(['ollama/llama3.2:1b', 'router/x', 'gemini-2.5-flash', 'gpt-4o'])(
    'of %s without a usage is unmetered',
    async (model) => {
      const { client } = await start({ rules: [{ then: { do: 'answer', tokens: 'none' } }] });
      const answer = await call(client, { model, prompt: 'x' });
      expect([answer.usage, answer.raw_usage]).toEqual([{}, undefined]);
    },
  );

  it('comes without printed warnings of the SDK', async () => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info'), vi.spyOn(console, 'log')];
    const { client } = await start();
    await call(client, { model: 'o3-mini', prompt: 'x', temperature: 0.2 });
    expect(printed.map((spy) => spy.mock.calls)).toEqual([[], [], []]);
    for (const spy of printed) spy.mockRestore();
  });
});
