// Reads the bill of OpenAI's Responses API. Calls of hosted tools are not in its usage: they are items of its output.
import { billOf, type Bill } from './bill.ts';
import { count, fields, list, text, type Fields } from '../../values/json-fields.ts';
import { openaiContradiction, openaiUsage, type OpenAICounts } from './openai-usage.ts';

export function openaiResponsesBill(body: unknown): Bill {
  const response = fields(body);
  const counts = countsOf(fields(response['usage']), list(response['output']).map(fields));
  return billOf({
    usage: counts === undefined ? {} : openaiUsage(counts),
    ...(counts === undefined ? {} : openaiContradiction(counts)),
    raw_usage: response['usage'] ?? undefined,
    response_model: text(response['model']),
    service_tier: text(response['service_tier']),
    provider_cost_usd: undefined,
  });
}

function countsOf(usage: Fields, output: readonly Fields[]): OpenAICounts | undefined {
  const input = count(usage['input_tokens']);
  const output_tokens = count(usage['output_tokens']);
  if (input === undefined && output_tokens === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output_tokens ?? 0,
    total: count(usage['total_tokens']),
    input_details: fields(usage['input_tokens_details']),
    output_details: fields(usage['output_tokens_details']),
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
  const action = fields(item['action'])['type'];
  return item['type'] === 'web_search_call' && (action === undefined || action === 'search');
}
