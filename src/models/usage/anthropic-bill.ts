// Reads the bill of Anthropic's Messages API. It counts input, cache writes and cache reads separately, counts thinking
// as output, and reports one-hour cache writes and calls of server tools in separate objects.
import { billOf, usageOf, type Bill } from './bill.ts';
import { asCount, asFields, asText, type Fields } from '../../values/json-fields.ts';

export function anthropicBill(body: unknown): Bill {
  const message = asFields(body);
  const usage = asFields(message['usage']);
  return billOf({
    usage: tokens(usage),
    raw_usage: message['usage'] ?? undefined,
    response_model: asText(message['model']),
    service_tier: asText(usage['service_tier']),
    provider_cost_usd: undefined,
  });
}

function tokens(usage: Fields): Bill['usage'] {
  const input = asCount(usage['input_tokens']);
  const output = asCount(usage['output_tokens']);
  if (input === undefined && output === undefined) return {};
  const writes = asFields(usage['cache_creation']);
  const for5m = asCount(writes['ephemeral_5m_input_tokens']);
  const for1h = asCount(writes['ephemeral_1h_input_tokens']);
  const tools = asFields(usage['server_tool_use']);
  return usageOf(
    {
      input_tokens: input ?? 0,
      output_tokens: output ?? 0,
      cache_creation_input_tokens:
        asCount(usage['cache_creation_input_tokens']) ?? (for5m ?? 0) + (for1h ?? 0),
      cache_read_input_tokens: asCount(usage['cache_read_input_tokens']) ?? 0,
      cache_creation_1h_input_tokens: for1h,
      reasoning_tokens: asCount(asFields(usage['output_tokens_details'])['thinking_tokens']),
    },
    {
      web_search: asCount(tools['web_search_requests']),
      web_fetch: asCount(tools['web_fetch_requests']),
    },
  );
}
