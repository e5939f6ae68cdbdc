// POST /v1/chat/completions as OpenAI documents it and others imitate it.
import { at, listAt, textsOf } from '../json.ts';
import type { Api, ProviderAnswer, TokenPlan } from '../script.ts';
import { openaiError } from './openai-error.ts';

export const openaiChat: Api = {
  name: 'openai-chat',
  matches: (path) => path.endsWith('/v1/chat/completions'),
  read: (_path, body) => ({
    api: 'openai-chat',
    model: String(body['model']),
    prompt: words(body, (role) => role === 'user'),
    system: words(body, (role) => role !== 'user'),
    schema: at(body, 'response_format', 'json_schema', 'schema'),
    as_tool: false,
  }),
  write: (said) => ({
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: said.model,
    choices: [{ index: 0, message: message(said), finish_reason: said.finish }],
    ...(said.service_tier === undefined ? {} : { service_tier: said.service_tier }),
    ...(said.tokens === undefined ? {} : { usage: usage(said.tokens, said.cost_usd) }),
  }),
  error: openaiError,
};

function words(body: unknown, wanted: (role: unknown) => boolean): string {
  return listAt(body, 'messages')
    .filter((message) => wanted(at(message, 'role')))
    .map((message) => textsOf(at(message, 'content')))
    .join('\n');
}

function message(said: ProviderAnswer): unknown {
  return said.refused
    ? { role: 'assistant', content: null, refusal: said.text }
    : { role: 'assistant', content: said.text };
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
