// Implements POST /v1/responses as OpenAI documents it.
import { at, listAt, textsOf } from '../json.ts';
import type { Api, ProviderAnswer, StreamEvent, TokenPlan } from '../script.ts';
import { wordsOf } from '../words-of.ts';
import { openaiError } from './openai-error.ts';

export const openaiResponses: Api = {
  name: 'openai-responses',
  matches: (path) => path.endsWith('/v1/responses'),
  read: (_path, body) => ({
    api: 'openai-responses',
    model: String(body['model']),
    prompt: messagesOf(body, (role) => role === 'user'),
    system: messagesOf(body, (role) => role !== 'user'),
    schema: at(body, 'text', 'format', 'schema'),
    streams: body['stream'] === true,
    as_tool: false,
  }),
  write: (answer) => ({
    id: 'resp_test',
    object: 'response',
    created_at: 1_790_000_000,
    status: answer.finish === 'length' ? 'incomplete' : 'completed',
    incomplete_details: answer.finish === 'length' ? { reason: 'max_output_tokens' } : null,
    error: null,
    model: answer.model,
    output: [...searches(answer), message(answer)],
    service_tier: answer.service_tier ?? 'default',
    ...(answer.tokens === undefined ? {} : { usage: usage(answer.tokens) }),
  }),
  stream(answer, request) {
    const response = openaiResponses.write(answer, request) as Record<string, unknown>;
    const type = answer.refused ? 'response.refusal.delta' : 'response.output_text.delta';
    const last = answer.finish === 'length' ? 'response.incomplete' : 'response.completed';
    return [
      event('response.created', {
        response: { ...response, status: 'in_progress', output: [], usage: null },
      }),
      ...wordsOf(answer.text).map((delta) => event(type, { item_id: 'msg_test', output_index: 0, delta })),
      event(last, { response }),
    ];
  },
  error: openaiError,
};

function messagesOf(body: unknown, matches: (role: unknown) => boolean): string {
  return listAt(body, 'input')
    .filter((item) => matches(at(item, 'role')))
    .map((item) => textsOf(at(item, 'content')))
    .join('\n');
}

function message(answer: ProviderAnswer): unknown {
  const content = answer.refused
    ? { type: 'refusal', refusal: answer.text }
    : { type: 'output_text', text: answer.text, annotations: [] };
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

function event(type: string, data: object): StreamEvent {
  return { event: type, data: { type, ...data } };
}
