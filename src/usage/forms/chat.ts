// Reads the usage of a chat completion, of OpenAI or of a compatible vendor. The names of all vendors are read at every
// vendor; how the counts relate is known for the vendor that was called.
import type { Usage } from '../../events/usage.ts';
import { asFields, type Fields } from '../../values/json-fields.ts';
import { BILL_FIELDS } from '../reported-bill.ts';
import type { KnownFields } from '../known-fields.ts';
import type { Requests, UsageSource } from '../answer-counts.ts';
import { checkTotal, INPUT_DETAILS, openaiUsage, OUTPUT_DETAILS } from './openai-details.ts';
import { serverTools, SERVER_TOOL_FIELDS } from './server-tools.ts';

export const CHAT_FIELDS: KnownFields = {
  prompt_tokens: 'read',
  completion_tokens: 'read',
  total_tokens: 'read',
  prompt_tokens_details: INPUT_DETAILS,
  completion_tokens_details: OUTPUT_DETAILS,
  prompt_token_details: INPUT_DETAILS,
  completion_token_details: OUTPUT_DETAILS,
  cached_tokens: 'read',
  num_cached_tokens: 'read',
  prompt_cache_hit_tokens: 'read',
  prompt_cache_miss_tokens: 'read',
  cache_read_input_tokens: 'read',
  cache_creation_input_tokens: 'read',
  cache_creation: { ephemeral_5m_input_tokens: 'ignored', ephemeral_1h_input_tokens: 'read' },
  cache_write_tokens: 'read',
  reasoning_tokens: 'read',
  citation_tokens: 'read',
  num_search_queries: 'read',
  search_context_size: 'read',
  input_tokens: 'read',
  output_tokens: 'read',
  input_tokens_details: INPUT_DETAILS,
  output_tokens_details: OUTPUT_DETAILS,
  service_tier: 'read',
  // Vertex at its compatible endpoint.
  extra_properties: { google: { traffic_type: 'read' } },
  speed: 'read',
  inference_geo: 'read',
  // Sizes, times and numbers of other things than tokens.
  context_details: 'ignored',
  num_sources_used: 'read',
  request_count: 'ignored',
  prompt_audio_seconds: 'ignored',
  audio_prompt_tokens: 'ignored',
  total_characters: 'ignored',
  latency_checkpoint: 'ignored',
  draft_tokens: 'ignored',
  draft_tokens_acceptance: 'ignored',
  ...SERVER_TOOL_FIELDS,
  ...BILL_FIELDS,
};

export function chatUsage(source: UsageSource): Usage {
  const { raw, reader, vendor } = source;
  const input_details = detailsOf(raw, 'prompt_tokens_details', 'prompt_token_details');
  const output_details = detailsOf(raw, 'completion_tokens_details', 'completion_token_details');
  const prompt = reader.count(raw, 'prompt_tokens');
  const completion = reader.count(raw, 'completion_tokens');
  requireBoth(source, prompt, completion);
  requireSame(source, 'input_tokens', prompt);
  requireSame(source, 'output_tokens', completion);
  const inDetails = reader.count(output_details, 'reasoning_tokens');
  const atTop = reader.count(raw, 'reasoning_tokens');
  const reasoning = inDetails ?? atTop ?? 0;
  const beside = vendor.reasoning === 'beside' ? reasoning : 0;
  const audio = vendor.audio === 'beside' ? reader.countOr0(input_details, 'audio_tokens') : 0;
  const total = reader.count(raw, 'total_tokens');
  const known = (prompt ?? 0) + audio + (completion ?? 0) + beside;
  const checked = restOf(source, total, known);
  const output = (completion ?? 0) + beside + checked.missing;
  const caches = cachesOf(source, input_details);
  requireMisses(source, prompt, caches.cached);
  requireNoCitations(source);
  const extra = vendor.isPerplexity ? perplexityExtra(source) : { input: 0, output: 0 };
  return openaiUsage(
    {
      input: (prompt ?? 0) + extra.input,
      output: outputWith(source, output + extra.output, reasoning, total),
      reasoning: checked.thoughts > 0 ? checked.thoughts : Math.max(reasoning, extra.output),
      ...caches,
      audioBeside: audio > 0,
      input_details,
      output_details,
      total: checked.total,
      requests: requestsOf(source),
    },
    source,
  );
}

function detailsOf(raw: Fields, name: string, other: string): Fields {
  return asFields(raw[name] ?? raw[other]);
}

/** An absent count is not 0. Without a total it cannot be known. */
function requireBoth(
  { raw, reader }: UsageSource,
  prompt: number | undefined,
  completion: number | undefined,
): void {
  if (raw['total_tokens'] !== undefined && raw['total_tokens'] !== null) return;
  if (prompt === undefined) reader.doubt('USAGE_UNREAD', 'prompt_tokens is missing');
  if (completion === undefined) reader.doubt('USAGE_UNREAD', 'completion_tokens is missing');
}

/** Some proxies repeat a count under the name of another API, or send 0 there. */
function requireSame({ raw, reader }: UsageSource, name: string, count: number | undefined): void {
  const other = reader.countOr0(raw, name);
  if (other > 0 && other !== count) reader.doubt('USAGE_UNREAD', `${name} is not read`);
}

/** Hits and misses are the prompt. A proxy may send 0 for both. */
function requireMisses({ raw, reader }: UsageSource, prompt = 0, cached = 0): void {
  const misses = reader.count(raw, 'prompt_cache_miss_tokens');
  if (misses === undefined || misses + cached === 0 || misses + cached === prompt) return;
  reader.doubt('TOTAL_MISMATCH', 'hits and misses of the cache are not the whole prompt');
}

/** Whether the prompt contains them is known for Perplexity only. */
function requireNoCitations({ raw, reader, vendor }: UsageSource): void {
  if (!vendor.isPerplexity && reader.countOr0(raw, 'citation_tokens') > 0)
    reader.doubt('USAGE_UNREAD', 'citation_tokens is not read');
}

interface CheckedTotal {
  readonly missing: number;
  /** Part of `missing` that is known to be reasoning. */
  readonly thoughts: number;
  readonly total: number | undefined;
}

function restOf(source: UsageSource, total: number | undefined, known: number): CheckedTotal {
  if (source.vendor.rest === 'thoughts' && total !== undefined && total > known)
    return { missing: total - known, thoughts: total - known, total: undefined };
  return { ...checkTotal(source, total, known), thoughts: 0 };
}

/** Reasoning that exceeds the output is not part of it, unless the total contradicts that. */
function outputWith(
  { reader }: UsageSource,
  output: number,
  reasoning: number,
  total: number | undefined,
): number {
  if (reasoning <= output) return output;
  reader.doubt('TOTAL_MISMATCH', 'reasoning exceeds the output that it is part of');
  return total === undefined ? output + reasoning : reasoning;
}

/** Tokens of citations are input, and reasoning is output; the total has neither. */
function perplexityExtra({ raw, reader }: UsageSource): { input: number; output: number } {
  return {
    input: reader.countOr0(raw, 'citation_tokens'),
    output: reader.countOr0(raw, 'reasoning_tokens'),
  };
}

function cachesOf(
  { raw, reader }: UsageSource,
  details: Fields,
): { cached: number | undefined; written: number | undefined; writtenFor1h: number | undefined } {
  return {
    cached: reader.first([
      [details, 'cached_tokens'],
      [raw, 'cached_tokens'],
      [raw, 'num_cached_tokens'],
      [raw, 'prompt_cache_hit_tokens'],
      [raw, 'cache_read_input_tokens'],
    ]),
    written: reader.first([
      [details, 'cache_write_tokens'],
      [details, 'cache_creation_tokens'],
      [details, 'cache_creation_input_tokens'],
      [raw, 'cache_creation_input_tokens'],
      [raw, 'cache_write_tokens'],
    ]),
    writtenFor1h: reader.first([
      [asFields(details['cache_creation_token_details']), 'ephemeral_1h_input_tokens'],
      [asFields(details['cache_creation']), 'ephemeral_1h_input_tokens'],
      [asFields(raw['cache_creation']), 'ephemeral_1h_input_tokens'],
    ]),
  };
}

function requestsOf(source: UsageSource): Requests {
  const { raw, reader } = source;
  const searches = reader.countOr0(raw, 'num_search_queries');
  // xAI's live search bills each source.
  if (reader.countOr0(raw, 'num_sources_used') > 0 && !source.isBilled)
    reader.doubt('USAGE_UNREAD', 'num_sources_used may have a fee');
  const tools = serverTools(source);
  return searches === 0 ? tools : { ...tools, web_search: (tools['web_search'] ?? 0) + searches };
}
