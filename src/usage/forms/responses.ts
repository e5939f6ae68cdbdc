// Reads the usage of OpenAI's Responses API and of vendors that have it. Calls of hosted tools are not in the usage of
// OpenAI: they are items of its output.
import type { Usage } from '../../events/usage.ts';
import { asFields, asList } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import type { UsageSource } from '../answer-counts.ts';
import { BILL_FIELDS } from '../reported-bill.ts';
import { checkTotal, INPUT_DETAILS, openaiUsage, OUTPUT_DETAILS } from './openai-details.ts';
import { serverTools, SERVER_TOOL_FIELDS } from './server-tools.ts';

export const RESPONSES_FIELDS: KnownFields = {
  input_tokens: 'read',
  output_tokens: 'read',
  total_tokens: 'read',
  input_tokens_details: INPUT_DETAILS,
  output_tokens_details: OUTPUT_DETAILS,
  cached_tokens: 'read',
  x_details: {
    prompt_tokens_details: { ...INPUT_DETAILS, cached_tokens: 'ignored' },
    output_tokens_details: 'ignored',
    completion_tokens_details: 'ignored',
    input_tokens: 'ignored',
    output_tokens: 'ignored',
    prompt_tokens: 'ignored',
    completion_tokens: 'ignored',
    total_tokens: 'ignored',
    x_billing_type: 'ignored',
  },
  context_details: 'ignored',
  num_sources_used: 'ignored',
  service_tier: 'read',
  ...SERVER_TOOL_FIELDS,
  ...BILL_FIELDS,
};

export function responsesUsage(source: UsageSource): Usage {
  const { raw, reader } = source;
  const input_details = asFields(raw['input_tokens_details'] ?? raw['prompt_tokens_details']);
  const output_details = asFields(raw['output_tokens_details'] ?? raw['completion_tokens_details']);
  const input = reader.countOr0(raw, 'input_tokens');
  const output = reader.countOr0(raw, 'output_tokens');
  const total = reader.count(raw, 'total_tokens');
  if (total === undefined) requireCounts(source);
  const checked = checkTotal(source, total, input + output);
  // Alibaba reports what was written to its cache here only.
  const inner = asFields(asFields(asList(raw['x_details'])[0])['prompt_tokens_details']);
  const reasoning = reader.countOr0(output_details, 'reasoning_tokens');
  const all = output + checked.missing;
  if (reasoning > all) reader.doubt('TOTAL_MISMATCH', 'reasoning exceeds the output that it is part of');
  return openaiUsage(
    {
      input,
      output: Math.max(all, reasoning),
      reasoning,
      cached: reader.first([
        [input_details, 'cached_tokens'],
        [raw, 'cached_tokens'],
      ]),
      written: reader.first([
        [input_details, 'cache_write_tokens'],
        [input_details, 'cache_creation_tokens'],
        [input_details, 'cache_creation_input_tokens'],
        [inner, 'cache_creation_input_tokens'],
      ]),
      writtenFor1h: reader.first([
        [asFields(input_details['cache_creation']), 'ephemeral_1h_input_tokens'],
        [asFields(input_details['cache_creation_token_details']), 'ephemeral_1h_input_tokens'],
        [asFields(inner['cache_creation']), 'ephemeral_1h_input_tokens'],
      ]),
      input_details,
      output_details,
      total: checked.total,
      requests: serverTools(source),
    },
    source,
  );
}

/** An absent count is not 0. Without a total it cannot be known. */
function requireCounts({ raw, reader }: UsageSource): void {
  for (const name of ['input_tokens', 'output_tokens']) {
    if (reader.count(raw, name) === undefined) reader.doubt('USAGE_UNREAD', `${name} is missing`);
  }
}
