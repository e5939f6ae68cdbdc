// Reads the bill of an answer from the whole body: its usage, model, service tier, calls of tools and reported cost.
import type { Doubt } from '../../events/doubts.ts';
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';
import { readReport, tierOf } from '../../usage/read-report.ts';
import { addRequests, requestsOf, type Requests } from '../../usage/report.ts';
import { dollars } from '../../usage/reported-bill.ts';
import type { ModelAnswer } from '../model.ts';
import { groundingRequests, hasMaps } from './grounding.ts';

export type Bill = Pick<
  ModelAnswer,
  'usage' | 'usage_doubts' | 'raw_usage' | 'response_model' | 'service_tier' | 'provider_cost_usd'
>;

/** The model that was called, and the provider as it is named in the settings. */
export interface BilledCall {
  readonly provider: string;
  readonly model: string;
  /** Who answers at the address of the provider, where its name does not show that. */
  readonly vendor?: string | undefined;
  /** Of the response, with names in lower case. */
  readonly headers?: Fields | undefined;
}

/** LiteLLM reports the cost in a header and not in the body. */
const COST_HEADER = 'x-litellm-response-cost';

export function readBill(body: unknown, { provider, model, vendor, headers = {} }: BilledCall): Bill {
  const whole = asFields(body);
  const response_model = asText(whole['model']) ?? asText(whole['modelVersion']);
  const raw = rawUsageOf(whole);
  const report = readReport(vendor ?? provider, response_model ?? model, raw);
  const requests = addRequests(report.usage.requests, bodyRequests(whole, response_model ?? model));
  const usage =
    Object.keys(report.usage).length === 0 && requestsOf(requests) === undefined
      ? {}
      : present({ ...report.usage, requests: requestsOf(requests) });
  const service_tier = asText(whole['service_tier']) ?? tierOf(raw);
  const provider_cost_usd = report.bill_usd ?? dollars(headers[COST_HEADER]);
  const usage_doubts = [...report.doubts, ...bodyDoubts(whole)];
  return {
    usage,
    ...(usage_doubts.length === 0 ? {} : { usage_doubts }),
    ...(raw === undefined ? {} : { raw_usage: raw }),
    ...present({ response_model, service_tier, provider_cost_usd }),
  };
}

/** Some vendors send the usage in a choice, or in an object of their own. */
function rawUsageOf(body: Fields): unknown {
  const choice = asFields(asList(body['choices'])[0]);
  const places = [
    body['usage'],
    body['usageMetadata'],
    choice['usage'],
    asFields(body['x_groq'])['usage'],
    asFields(body['response'])['usage'],
    asFields(body['message'])['usage'],
    asFields(body['delta'])['usage'],
  ];
  const found = places.find((place) => place !== undefined && place !== null);
  if (found !== undefined) return found;
  // Ollama's own API has its counts beside the answer.
  const { prompt_eval_count, eval_count } = body;
  return prompt_eval_count === undefined && eval_count === undefined
    ? undefined
    : present({ prompt_eval_count, eval_count });
}

/** Counts hosted tools that are items of the output, and searches that ground an answer. */
function bodyRequests(body: Fields, model: string): Requests {
  const output = asList(body['output']).map(asFields);
  const count = (type: string): number => output.filter((item) => item['type'] === type).length;
  return {
    web_search: output.filter(isSearch).length + groundingRequests(body, model),
    file_search: count('file_search_call'),
    code_interpreter: count('code_interpreter_call'),
    image_generation: count('image_generation_call'),
  };
}

/** Opening a page that a search found is not billed as a search. */
function isSearch(item: Fields): boolean {
  const action = asFields(item['action'])['type'];
  return item['type'] === 'web_search_call' && (action === undefined || action === 'search');
}

/** Doubts that the usage alone does not show. */
function bodyDoubts(body: Fields): Doubt[] {
  const models = asList(asFields(body['usage_breakdown'])['models']).map((entry) => asFields(entry)['model']);
  return [
    ...(new Set(models).size > 1
      ? [{ code: 'USAGE_UNREAD', reason: 'usage_breakdown has several models' } as const]
      : []),
    ...(hasMaps(body)
      ? [{ code: 'USAGE_UNREAD', reason: 'grounding with maps has a fee that is not read' } as const]
      : []),
  ];
}
