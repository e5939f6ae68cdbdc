// Implements POST /v1/messages as Anthropic documents it.
import { at, listAt, textsOf } from '../json.ts';
import type { Api, ProviderAnswer, StreamEvent, TokenPlan } from '../script.ts';
import { wordsOf } from '../words-of.ts';

export const anthropicMessages: Api = {
  name: 'anthropic-messages',
  matches: (path) => path.endsWith('/v1/messages'),
  read: (_path, body) => ({
    api: 'anthropic-messages',
    model: String(body['model']),
    prompt: listAt(body, 'messages')
      .map((message) => textsOf(at(message, 'content')))
      .join('\n'),
    system: textsOf(body['system']),
    schema: at(body, 'output_config', 'format', 'schema') ?? jsonTool(body),
    streams: body['stream'] === true,
    as_tool: jsonTool(body) !== undefined,
  }),
  write: (answer, request) => ({
    id: 'msg_test',
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: answer.refused ? [] : [part(answer.text, request.as_tool && isObject(answer.text))],
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage:
      answer.tokens === undefined
        ? {}
        : { ...usage(answer.tokens), service_tier: answer.service_tier ?? 'standard' },
  }),
  stream(answer, request) {
    const whole = anthropicMessages.write(answer, request) as {
      readonly content: readonly Record<string, unknown>[];
      readonly usage: Record<string, unknown>;
    } & Record<string, unknown>;
    const { content, usage: counts, stop_reason, ...message } = whole;
    const started = { ...counts, ...('output_tokens' in counts ? { output_tokens: 1 } : {}) };
    return [
      event('message_start', { message: { ...message, content: [], stop_reason: null, usage: started } }),
      event('ping', {}),
      ...content.flatMap(blockEvents),
      event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: counts }),
      event('message_stop', {}),
    ];
  },
  error: (status, type, message) => ({
    type: 'error',
    error: { type: type ?? NAMES[status] ?? 'api_error', message },
    request_id: 'req_test',
  }),
};

const NAMES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Models without native structured output are made to call a tool named `json`. */
function jsonTool(body: unknown): unknown {
  const tool = listAt(body, 'tools').find((one) => at(one, 'name') === 'json');
  return at(tool, 'input_schema');
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function part(text: string, asTool: boolean): unknown {
  return asTool
    ? { type: 'tool_use', id: 'toolu_test', name: 'json', input: JSON.parse(text) as unknown }
    : { type: 'text', text };
}

function stopReason(answer: ProviderAnswer): string {
  if (answer.refused) return 'refusal';
  return answer.finish === 'length' ? 'max_tokens' : 'end_turn';
}

function usage(tokens: TokenPlan): Record<string, unknown> {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cache_write,
    cache_read_input_tokens: tokens.cache_read,
    cache_creation: {
      ephemeral_5m_input_tokens: tokens.cache_write - tokens.cache_write_1h,
      ephemeral_1h_input_tokens: tokens.cache_write_1h,
    },
    output_tokens: tokens.output,
    ...(tokens.reasoning > 0 ? { output_tokens_details: { thinking_tokens: tokens.reasoning } } : {}),
    ...(tokens.web_search > 0 ? { server_tool_use: { web_search_requests: tokens.web_search } } : {}),
  };
}

function event(type: string, data: object): StreamEvent {
  return { event: type, data: { type, ...data } };
}

/** A block starts empty. The input of a tool comes as parts of JSON text. */
function blockEvents(block: Record<string, unknown>, index: number): readonly StreamEvent[] {
  const { type, text, input } = block;
  const isTool = type === 'tool_use';
  const parts = wordsOf(isTool ? JSON.stringify(input) : String(text));
  const content_block = isTool ? { ...block, input: {} } : { ...block, text: '' };
  const delta = (part: string): object =>
    isTool ? { type: 'input_json_delta', partial_json: part } : { type: 'text_delta', text: part };
  return [
    event('content_block_start', { index, content_block }),
    ...parts.map((part) => event('content_block_delta', { index, delta: delta(part) })),
    event('content_block_stop', { index }),
  ];
}
