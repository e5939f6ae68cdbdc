// Implements POST /v1/chat/completions as OpenAI documents it and other providers copy it.
import { at, listAt, textsOf } from '../json.ts';
import type { Api, ProviderAnswer, StreamEvent, TokenPlan } from '../script.ts';
import { wordsOf } from '../words-of.ts';
import { openaiError } from './openai-error.ts';

export const openaiChat: Api = {
  name: 'openai-chat',
  matches: (path) => path.endsWith('/v1/chat/completions'),
  read: (_path, body) => ({
    api: 'openai-chat',
    model: String(body['model']),
    prompt: messagesOf(body, (role) => role === 'user'),
    system: messagesOf(body, (role) => role !== 'user'),
    schema: at(body, 'response_format', 'json_schema', 'schema'),
    streams: body['stream'] === true,
    as_tool: false,
  }),
  write: (answer) => ({
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: answer.model,
    choices: [{ index: 0, message: message(answer), finish_reason: answer.finish }],
    ...(answer.service_tier === undefined ? {} : { service_tier: answer.service_tier }),
    ...(answer.tokens === undefined ? {} : { usage: usage(answer.tokens, answer.cost_usd) }),
  }),
  stream(answer) {
    const common = { id: 'chatcmpl-test', object: 'chat.completion.chunk', model: answer.model };
    const chunk = (delta: unknown, finish_reason: string | null): StreamEvent => ({
      data: { ...common, choices: [{ index: 0, delta, finish_reason }] },
    });
    const part = (text: string): unknown => (answer.refused ? { refusal: text } : { content: text });
    const { service_tier, tokens, cost_usd } = answer;
    const counts = tokens === undefined ? {} : { usage: usage(tokens, cost_usd) };
    return [
      chunk({ role: 'assistant', content: '' }, null),
      ...wordsOf(answer.text).map((text) => chunk(part(text), null)),
      chunk({}, answer.finish),
      {
        data: { ...common, choices: [], ...(service_tier === undefined ? {} : { service_tier }), ...counts },
      },
      { data: '[DONE]' },
    ];
  },
  error: openaiError,
};

function messagesOf(body: unknown, matches: (role: unknown) => boolean): string {
  return listAt(body, 'messages')
    .filter((message) => matches(at(message, 'role')))
    .map((message) => textsOf(at(message, 'content')))
    .join('\n');
}

function message(answer: ProviderAnswer): unknown {
  return answer.refused
    ? { role: 'assistant', content: null, refusal: answer.text }
    : { role: 'assistant', content: answer.text };
}

function usage(tokens: TokenPlan, cost: number | undefined): unknown {
  const input = tokens.input + tokens.cache_read + tokens.cache_write;
  return {
    prompt_tokens: input,
    completion_tokens: tokens.output,
    total_tokens: input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cache_read, cache_write_tokens: tokens.cache_write },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    ...(cost === undefined ? {} : { cost }),
  };
}
