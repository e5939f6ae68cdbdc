// Reads the bill of a chat completion, of OpenAI or of a compatible endpoint. Some endpoints add fields: OpenRouter the
// cost in dollars, DeepSeek the cached tokens outside the details.
import { billOf, type Bill } from './bill.ts';
import { count, fields, text, type Fields } from '../../values/json-fields.ts';
import { openaiContradiction, openaiUsage, type OpenAICounts } from './openai-usage.ts';

export function openaiChatBill(body: unknown): Bill {
  const completion = fields(body);
  const usage = fields(completion['usage']);
  const counts = countsOf(usage);
  return billOf({
    usage: counts === undefined ? {} : openaiUsage(counts),
    ...(counts === undefined ? {} : openaiContradiction(counts)),
    raw_usage: completion['usage'] ?? undefined,
    response_model: text(completion['model']),
    service_tier: text(completion['service_tier']),
    provider_cost_usd: count(usage['cost']),
  });
}

function countsOf(usage: Fields): OpenAICounts | undefined {
  const input = count(usage['prompt_tokens']);
  const output = count(usage['completion_tokens']);
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output ?? 0,
    total: count(usage['total_tokens']),
    input_details: fields(usage['prompt_tokens_details']),
    output_details: fields(usage['completion_tokens_details']),
    cached: count(usage['prompt_cache_hit_tokens']),
    requests: { web_search: count(fields(usage['server_tool_use'])['web_search_requests']) },
  };
}
