// POST /v1/responses as OpenAI documents it.
import { at, listAt, textsOf } from '../json.ts';
import type { Api, ProviderAnswer, TokenPlan } from '../script.ts';
import { openaiError } from './openai-error.ts';

export const openaiResponses: Api = {
  name: 'openai-responses',
  matches: (path) => path.endsWith('/v1/responses'),
  read: (_path, body) => ({
    api: 'openai-responses',
    model: String(body['model']),
    prompt: words(body, (role) => role === 'user'),
    system: words(body, (role) => role !== 'user'),
    schema: at(body, 'text', 'format', 'schema'),
    as_tool: false,
  }),
  write: (said) => ({
    id: 'resp_test',
    object: 'response',
    created_at: 1_790_000_000,
    status: said.finish === 'length' ? 'incomplete' : 'completed',
    incomplete_details: said.finish === 'length' ? { reason: 'max_output_tokens' } : null,
    error: null,
    model: said.model,
    output: [...searches(said), message(said)],
    service_tier: said.service_tier ?? 'default',
    ...(said.tokens === undefined ? {} : { usage: usage(said.tokens) }),
  }),
  error: openaiError,
};

function words(body: unknown, wanted: (role: unknown) => boolean): string {
  return listAt(body, 'input')
    .filter((item) => wanted(at(item, 'role')))
    .map((item) => textsOf(at(item, 'content')))
    .join('\n');
}

function message(said: ProviderAnswer): unknown {
  const content = said.refused
    ? { type: 'refusal', refusal: said.text }
    : { type: 'output_text', text: said.text, annotations: [] };
  return { type: 'message', id: 'msg_test', role: 'assistant', status: 'completed', content: [content] };
}

function searches({ tokens }: ProviderAnswer): readonly unknown[] {
  return Array.from({ length: tokens?.web_search ?? 0 }, (_, index) => ({
    type: 'web_search_call',
    id: `ws_${String(index)}`,
    status: 'completed',
    action: { type: 'search', query: 'test' },
  }));
}

function usage(tokens: TokenPlan): unknown {
  const input = tokens.input + tokens.cache_read + tokens.cache_write;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: tokens.cache_read,
      ...(tokens.cache_write > 0 ? { cache_write_tokens: tokens.cache_write } : {}),
    },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: tokens.reasoning },
    total_tokens: input + tokens.output,
  };
}
