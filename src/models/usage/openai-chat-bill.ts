// Reads the bill of a chat completion, of OpenAI or of a compatible endpoint. Some endpoints add fields: OpenRouter the
// cost in dollars, DeepSeek the cached tokens outside the details.
import { billOf, type Bill } from './bill.ts';
import { asCount, asFields, asText, type Fields } from '../../values/json-fields.ts';
import { openaiContradiction, openaiUsage, type OpenAICounts } from './openai-usage.ts';

export function openaiChatBill(body: unknown): Bill {
  const completion = asFields(body);
  const usage = asFields(completion['usage']);
  const counts = countsOf(usage);
  return billOf({
    usage: counts === undefined ? {} : openaiUsage(counts),
    ...(counts === undefined ? {} : openaiContradiction(counts)),
    raw_usage: completion['usage'] ?? undefined,
    response_model: asText(completion['model']),
    service_tier: asText(completion['service_tier']),
    provider_cost_usd: asCount(usage['cost']),
  });
}

function countsOf(usage: Fields): OpenAICounts | undefined {
  const input = asCount(usage['prompt_tokens']);
  const output = asCount(usage['completion_tokens']);
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output ?? 0,
    total: asCount(usage['total_tokens']),
    input_details: asFields(usage['prompt_tokens_details']),
    output_details: asFields(usage['completion_tokens_details']),
    cached: asCount(usage['prompt_cache_hit_tokens']),
    requests: { web_search: asCount(asFields(usage['server_tool_use'])['web_search_requests']) },
  };
}
