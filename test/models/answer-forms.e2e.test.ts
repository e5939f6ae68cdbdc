// Invariant: the text of an answer arrives whatever else its body holds, with one request.
import { afterEach, describe, expect, it } from 'vitest';
import type { CustomProvider } from '../../src/models/model-name.ts';
import type { ModelAnswer, ModelRequest } from '../../src/models/model.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { at } from '../support/provider/json.ts';
import { startProvider, type TestProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';

const running: TestProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.stop()));
});

interface Answered {
  readonly answer: ModelAnswer;
  readonly provider: TestProvider;
}

async function answered(
  request: Pick<ModelRequest, 'model'> & Partial<ModelRequest>,
  then: Behaviour,
  settings: Partial<CustomProvider> = {},
): Promise<Answered> {
  const provider = await startProvider({ rules: [{ then }] });
  running.push(provider);
  const providers = { c: { base_url: `${provider.url}/v1`, ...settings } };
  const client = createProviderClient({ env: provider.env, providers });
  const answer = await client.answer({ prompt: 'x', ...request }, new AbortController().signal);
  return { answer, provider };
}

const bodyOf = (body: unknown): Behaviour => ({ do: 'body', body });
const chat = (message: unknown, more: Record<string, unknown> = {}): unknown => ({
  choices: [{ index: 0, message, finish_reason: 'stop', ...more }],
});
const responses = (content: unknown, more: Record<string, unknown> = {}): unknown => ({
  status: 'completed',
  output: [{ type: 'message', content }],
  ...more,
});
const claude = (content: unknown, more: Record<string, unknown> = {}): unknown => ({
  type: 'message',
  content,
  stop_reason: 'end_turn',
  ...more,
});
const google = (parts: unknown, more: Record<string, unknown> = {}): unknown => ({
  candidates: [{ content: { parts }, finishReason: 'STOP', ...more }],
});
const TEXT = { type: 'text', text: 'hi' };

describe('the text of an answer', () => {
  it.each<readonly [string, string, unknown]>([
    ['claude-x', 'an unknown block', claude([{ type: 'brand_new', x: 1 }, TEXT])],
    ['claude-x', 'no usage', claude([TEXT])],
    ['claude-x', 'null counts', claude([TEXT], { usage: { input_tokens: null, output_tokens: 5 } })],
    [
      'claude-x',
      'null members',
      claude([{ ...TEXT, citations: null }], { id: null, model: null, role: null }),
    ],
    ['claude-x', 'thoughts', claude([{ type: 'thinking', thinking: 'hm', signature: null }, TEXT])],
    ['claude-x', 'content that is a text', claude('hi')],
    [
      'gpt-4o',
      'an unknown item',
      responses([], { output: [{ type: 'new' }, { type: 'message', content: [TEXT] }] }),
    ],
    [
      'gpt-4o',
      'no id and null annotations',
      responses([{ type: 'output_text', text: 'hi', annotations: null }]),
    ],
    [
      'gpt-4o',
      'a null usage',
      responses([{ type: 'output_text', text: 'hi' }], { usage: null, error: null }),
    ],
    ['gpt-4o', 'an unknown part', responses([{ type: 'new' }, { type: 'output_text', text: 'hi' }])],
    [
      'c/x',
      'null members',
      { ...(chat({ content: 'hi', role: null, tool_calls: null }) as object), usage: null },
    ],
    ['c/x', 'parts', chat({ role: 'assistant', content: [{ type: 'thinking', text: 'hm' }, TEXT] })],
    [
      'c/x',
      'counts that are texts',
      { ...(chat({ content: 'hi' }) as object), usage: { prompt_tokens: '10' } },
    ],
    [
      'c/x',
      'an unknown role and member',
      chat({ role: 'bot', content: 'hi', audio: { x: 1 } }, { logprobs: 1 }),
    ],
    ['c/x', 'a text without a message', { choices: [{ text: 'hi', finish_reason: 'stop' }] }],
    ['gemini-2.5-flash', 'an unknown part', google([{ newPart: { x: 1 } }, { text: 'hi' }])],
    ['gemini-2.5-flash', 'thoughts', google([{ text: 'hm', thought: true }, { text: 'hi' }])],
    [
      'gemini-2.5-flash',
      'null members',
      google([{ text: 'hi', thoughtSignature: null }], { safetyRatings: null }),
    ],
  ])('of %s arrives beside %s', async (model, _what, body) => {
    const { answer, provider } = await answered({ model }, bodyOf(body));
    expect([answer.text, answer.finish_reason]).toEqual(['hi', 'stop']);
    expect(provider.requests.length).toBe(1);
  });

  it.each<readonly [string, unknown, string, string]>([
    ['claude-x', claude([TEXT], { stop_reason: 'max_tokens' }), 'hi', 'length'],
    ['claude-x', claude([TEXT], { stop_reason: 'model_context_window_exceeded' }), 'hi', 'length'],
    ['claude-x', claude([TEXT], { stop_reason: 'sensitive' }), 'hi', 'content-filter'],
    ['claude-x', claude([], { stop_reason: 'refusal' }), '', 'refusal'],
    ['claude-x', claude([TEXT], { stop_reason: 'pause_turn' }), 'hi', 'pause_turn'],
    ['claude-x', claude([TEXT], { stop_reason: null }), 'hi', 'other'],
    [
      'gpt-4o',
      responses([], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [],
      }),
      '',
      'length',
    ],
    [
      'gpt-4o',
      responses([{ type: 'output_text', text: 'hi' }], { incomplete_details: { reason: 'content_filter' } }),
      'hi',
      'content-filter',
    ],
    ['gpt-4o', responses([{ type: 'refusal', refusal: 'no' }]), 'no', 'refusal'],
    ['c/x', chat({ content: '' }, { finish_reason: 'length' }), '', 'length'],
    ['c/x', chat({ content: 'hi' }, { finish_reason: 'model_length' }), 'hi', 'length'],
    ['c/x', chat({ content: 'hi' }, { finish_reason: 'content_filter' }), 'hi', 'content-filter'],
    ['c/x', chat({ content: null, refusal: 'no' }), 'no', 'refusal'],
    ['c/x', chat({ content: 'hi' }, { finish_reason: null }), 'hi', 'other'],
    ['gemini-2.5-flash', google([{ text: 'hi' }], { finishReason: 'MAX_TOKENS' }), 'hi', 'length'],
    ['gemini-2.5-flash', google([{ text: 'hi' }], { finishReason: 'RECITATION' }), 'hi', 'content-filter'],
    ['gemini-2.5-flash', { promptFeedback: { blockReason: 'SAFETY' } }, '', 'content-filter'],
  ])('of %s in %j has its reason to stop', async (model, body, text, reason) => {
    const { answer } = await answered({ model }, bodyOf(body));
    expect([answer.text, answer.finish_reason]).toEqual([text, reason]);
  });
});

const SCHEMA = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};

describe('a structured answer is requested', () => {
  const requestOf = async (
    model: string,
    structured: CustomProvider['structured'],
    output_schema: Record<string, unknown> = SCHEMA,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const settings = structured === undefined ? {} : { structured };
    const text = bodyOf(chat({ content: '{"n":1}' }));
    const { provider } = await answered({ model, output_schema, system: 'Be brief' }, text, settings);
    return provider.requests[0]?.body ?? {};
  };

  it('with its schema by default', async () => {
    const body = await requestOf('c/x', undefined);
    expect(at(body, 'response_format', 'type')).toBe('json_schema');
    expect(at(body, 'messages', 0, 'content')).toBe('Be brief');
  });

  it('as a JSON object, with the schema in the system text', async () => {
    const body = await requestOf('c/x', 'json_object');
    expect(body['response_format']).toEqual({ type: 'json_object' });
    expect(at(body, 'messages', 0, 'content')).toContain(JSON.stringify(SCHEMA));
  });

  it('as the call of a tool', async () => {
    const body = await requestOf('c/x', 'tool');
    expect(body['response_format']).toBe(undefined);
    expect(at(body, 'tools', 0, 'function', 'parameters')).toEqual(SCHEMA);
    expect(at(body, 'tool_choice', 'function', 'name')).toBe('answer');
  });

  it.each([
    ['none', SCHEMA],
    ['tool', { type: 'array', items: { type: 'integer' } }],
  ] as const)('in words with the setting %s and the schema %j', async (structured, schema) => {
    const body = await requestOf('c/x', structured, schema);
    expect([body['response_format'], body['tools']]).toEqual([undefined, undefined]);
    expect(at(body, 'messages', 0, 'content')).toContain(JSON.stringify(schema));
  });

  it('in the form that is set for a built-in provider', async () => {
    const provider = await startProvider();
    running.push(provider);
    const providers = {
      openai: { structured: 'json_object' as const },
      ollama: { structured: 'none' as const },
    };
    const client = createProviderClient({ env: provider.env, providers });
    const { signal } = new AbortController();
    await client.answer({ model: 'gpt-4o', prompt: 'x', output_schema: SCHEMA }, signal);
    await client.answer({ model: 'ollama/x', prompt: 'x', output_schema: SCHEMA }, signal);
    expect(at(provider.requests[0]?.body, 'text', 'format')).toEqual({ type: 'json_object' });
    expect(provider.requests[1]?.body['response_format']).toBe(undefined);
  });

  it.each<readonly [string, unknown]>([
    [
      'c/x',
      chat({
        content: '',
        tool_calls: [{ function: { name: 'answer', arguments: '{"n":9007199254740993}' } }],
      }),
    ],
    [
      'claude-sonnet-4-0',
      claude([{ type: 'tool_use', name: 'json', input: { n: 1 } }], { stop_reason: 'tool_use' }),
    ],
  ])('and the arguments of the tool are the text of %s', async (model, body) => {
    const { answer } = await answered({ model, output_schema: SCHEMA }, bodyOf(body), { structured: 'tool' });
    expect([answer.text.replace('9007199254740993', '1'), answer.finish_reason]).toEqual(['{"n":1}', 'stop']);
  });

  it('and its integers keep their digits in the input of a tool', async () => {
    const text = JSON.stringify(claude([{ type: 'tool_use', name: 'json', input: { n: 1 } }])).replace(
      '"n":1',
      '"n":9007199254740993',
    );
    const { answer } = await answered(
      { model: 'claude-sonnet-4-0', output_schema: SCHEMA },
      { do: 'text', text },
    );
    expect(answer.text).toBe('{"n":9007199254740993}');
  });
});

describe('params that a model does not take', () => {
  it.each<readonly [Partial<ModelRequest> & Pick<ModelRequest, 'model'>, readonly string[]]>([
    [{ model: 'openai/o3', temperature: 0 }, ['temperature']],
    [{ model: 'openai/gpt-4o', thinking: 4_000 }, ['thinking']],
    [{ model: 'claude-sonnet-4-0', temperature: 1.5 }, ['temperature']],
    [{ model: 'claude-sonnet-4-0', temperature: 0, thinking: 2_000 }, ['temperature']],
    [{ model: 'claude-3-haiku-20240307', max_tokens: 100_000 }, ['max_tokens']],
    [{ model: 'claude-unknown', max_tokens: 10 }, []],
    [{ model: 'claude-unknown' }, []],
    [{ model: 'c/x', temperature: 0, max_tokens: 10, thinking: 5 }, []],
  ])('of %j are named', async (request, params) => {
    const { answer } = await answered(request, { do: 'answer' });
    expect((answer.ignored_params ?? []).map(({ param }) => param)).toEqual(params);
  });
});
