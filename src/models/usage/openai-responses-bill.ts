// Reads the bill of OpenAI's Responses API. Calls of hosted tools are not in its usage: they are items of its output.
import { billOf, type Bill } from './bill.ts';
import { asCount, asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { openaiContradiction, openaiUsage, type OpenAICounts } from './openai-usage.ts';

export function openaiResponsesBill(body: unknown): Bill {
  const response = asFields(body);
  const counts = countsOf(asFields(response['usage']), asList(response['output']).map(asFields));
  return billOf({
    usage: counts === undefined ? {} : openaiUsage(counts),
    ...(counts === undefined ? {} : openaiContradiction(counts)),
    raw_usage: response['usage'] ?? undefined,
    response_model: asText(response['model']),
    service_tier: asText(response['service_tier']),
    provider_cost_usd: undefined,
  });
}

function countsOf(usage: Fields, output: readonly Fields[]): OpenAICounts | undefined {
  const input = asCount(usage['input_tokens']);
  const output_tokens = asCount(usage['output_tokens']);
  if (input === undefined && output_tokens === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output_tokens ?? 0,
    total: asCount(usage['total_tokens']),
    input_details: asFields(usage['input_tokens_details']),
    output_details: asFields(usage['output_tokens_details']),
    cached: undefined,
    requests: {
      web_search: output.filter(isSearch).length,
      file_search: output.filter((item) => item['type'] === 'file_search_call').length,
      code_interpreter: output.filter((item) => item['type'] === 'code_interpreter_call').length,
    },
  };
}

/** Opening a page that a search found is not billed as a search. */
function isSearch(item: Fields): boolean {
  const action = asFields(item['action'])['type'];
  return item['type'] === 'web_search_call' && (action === undefined || action === 'search');
}
