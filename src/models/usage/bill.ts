// Reads the bill of an answer from the whole body: its usage, model, service tier, calls of tools and reported cost.
import type { Doubt } from '../../events/doubts.ts';
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';
import { readReport, serviceTierOf } from '../../usage/read-report.ts';
import { addRequests, requestsOf, type Requests } from '../../usage/answer-counts.ts';
import { dollars } from '../../usage/reported-bill.ts';
import type { ModelAnswer } from '../model.ts';
import { DISAGREEMENT } from '../stream/stream-usage.ts';
import { groundingRequests, hasImageSearch, hasMaps } from './grounding.ts';

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
  const raw = withHeaderCount(rawUsageOf(whole), headers);
  const report = readReport(vendor ?? provider, response_model ?? model, raw);
  const requests = addRequests(report.usage.requests, bodyRequests(whole, response_model ?? model));
  const usage =
    Object.keys(report.usage).length === 0 && requestsOf(requests) === undefined
      ? {}
      : present({ ...report.usage, requests: requestsOf(requests) });
  const service_tier = bodyTier(whole) ?? serviceTierOf(raw);
  const inHeader = dollars(headers[COST_HEADER]);
  const provider_cost_usd = billOf(report.bill_usd, inHeader);
  const usage_doubts = [...report.doubts, ...bodyDoubts(whole), ...headerDoubts(inHeader, report.bill_usd)];
  return {
    usage,
    ...(usage_doubts.length === 0 ? {} : { usage_doubts }),
    ...present({ raw_usage: raw }),
    ...present({ response_model, service_tier, provider_cost_usd }),
  };
}

/** Fireworks reports cached tokens here, also where the body has no details. */
const CACHED_HEADER = 'fireworks-cached-prompt-tokens';

/** Adds the count of the header where the same vendor has it in a usage. */
function withHeaderCount(raw: unknown, headers: Fields): unknown {
  const count = asText(headers[CACHED_HEADER]) ?? '';
  const usage = asFields(raw);
  const details = asFields(usage['prompt_tokens_details']);
  if (!/^\d{1,15}$/u.test(count) || usage['prompt_tokens'] === undefined) return raw;
  if (details['cached_tokens'] !== undefined && details['cached_tokens'] !== null) return raw;
  return { ...usage, prompt_tokens_details: { ...details, cached_tokens: Number(count) } };
}

/** The service tier beside the usage. Bedrock has it in an object, and a faster tier under another name. */
function bodyTier(body: Fields): string | undefined {
  const ofBedrock = asText(asFields(body['serviceTier'])['type']);
  const latency = asText(asFields(body['performanceConfig'])['latency']);
  const fast = latency === undefined || latency === 'standard' ? undefined : `latency ${latency}`;
  return asText(body['service_tier']) ?? fast ?? ofBedrock;
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
    streamedUsage(body),
  ];
  const found = places.find((place) => place !== undefined && place !== null);
  if (found !== undefined) return found;
  // Ollama's own API has its counts beside the answer.
  const { prompt_eval_count, eval_count } = body;
  return prompt_eval_count === undefined && eval_count === undefined
    ? undefined
    : present({ prompt_eval_count, eval_count });
}

/** The usage in the last event of a stream of Bedrock. Elsewhere `metadata` holds texts of the user. */
function streamedUsage(body: Fields): unknown {
  const usage = asFields(asFields(body['metadata'])['usage']);
  return Object.keys(usage).length === 0 ? undefined : usage;
}

/** Counts hosted tools that are items of the output, and searches that ground an answer. */
function bodyRequests(body: Fields, model: string): Requests {
  const output = asList(body['output']).map(asFields);
  const count = (type: string): number => output.filter((item) => item['type'] === type).length;
  const searches = output.filter(isSearch).length;
  const grounded = groundingRequests(body, model);
  return {
    ...(hasSearchPreview(body)
      ? { web_search_preview: searches, web_search: grounded }
      : { web_search: searches + grounded }),
    file_search: count('file_search_call'),
    code_interpreter: count('code_interpreter_call'),
    image_generation: count('image_generation_call'),
  };
}

/** The older tool for searches has another fee. An answer repeats the tools of its request. */
function hasSearchPreview(body: Fields): boolean {
  return asList(body['tools']).some((tool) => asText(asFields(tool)['type'])?.startsWith(SEARCH_PREVIEW));
}

const SEARCH_PREVIEW = 'web_search_preview';

/** Opening a page that a search found is not billed as a search. */
function isSearch(item: Fields): boolean {
  const action = asFields(item['action'])['type'];
  return item['type'] === 'web_search_call' && (action === undefined || action === 'search');
}

/** Calls that cost their tokens only, and those that are counted as requests. */
const READ_CALLS =
  /^(?:function|custom_tool|mcp|local_shell|apply_patch|computer|tool_search|web_search|file_search|code_interpreter|image_generation)_call$/u;

/** A call of a tool that is not read may have a fee. A failed one may have no fee. */
function toolDoubts(body: Fields): Doubt[] {
  const output = asList(body['output']).map(asFields);
  const names = (items: readonly Fields[]): string =>
    [...new Set(items.map(({ type }) => String(type)))].sort().join(', ');
  const calls = output.filter(({ type }) => typeof type === 'string' && type.endsWith('_call'));
  const unread = names(calls.filter(({ type }) => !READ_CALLS.test(String(type))));
  const failed = names(calls.filter((item) => item['status'] === 'failed' && FEES.has(String(item['type']))));
  return [
    ...(unread === '' ? [] : [{ code: 'USAGE_UNREAD', reason: `the fee of ${unread} is not read` } as const]),
    ...(failed === ''
      ? []
      : [{ code: 'USAGE_UNREAD', reason: `a ${failed} failed, and may not be billed` } as const]),
  ];
}

const FEES: ReadonlySet<string> = new Set(['web_search_call', 'file_search_call', 'image_generation_call']);

/** Any other bill counts before one of 0. */
function billOf(inUsage: number | undefined, inHeader: number | undefined): number | undefined {
  return inUsage === undefined || inUsage === 0 ? (inHeader ?? inUsage) : inUsage;
}

function headerDoubts(inHeader: number | undefined, inUsage: number | undefined): Doubt[] {
  if (inHeader === undefined || inUsage === undefined || inHeader === inUsage) return [];
  return [{ code: 'USAGE_UNREAD', reason: `${COST_HEADER} is another amount than the cost in the usage` }];
}

/** Doubts that the usage alone does not show. */
function bodyDoubts(body: Fields): Doubt[] {
  const models = asList(asFields(body['usage_breakdown'])['models']).map((entry) => asFields(entry)['model']);
  const decreased = asList(body[DISAGREEMENT]).map(String).sort().join(', ');
  return [
    ...(decreased === ''
      ? []
      : [{ code: 'USAGE_UNREAD', reason: `the stream reports several counts: ${decreased}` } as const]),
    ...(new Set(models).size > 1
      ? [{ code: 'USAGE_UNREAD', reason: 'usage_breakdown has several models' } as const]
      : []),
    ...(hasImageSearch(body)
      ? [{ code: 'USAGE_UNREAD', reason: 'grounding with images has a fee that is not read' } as const]
      : []),
    ...(hasMaps(body)
      ? [{ code: 'USAGE_UNREAD', reason: 'grounding with maps has a fee that is not read' } as const]
      : []),
    ...toolDoubts(body),
  ];
}
