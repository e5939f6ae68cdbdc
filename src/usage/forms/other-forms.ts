// Reads usages of further APIs, which come through proxies: Bedrock Converse, Gemini Interactions, Cohere and Ollama.
import type { Usage } from '../../events/usage.ts';
import { asFields, asList } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import { usageOf, type UsageSource } from '../answer-counts.ts';
import { checkTotal } from './openai-details.ts';

export const CONVERSE_FIELDS: KnownFields = {
  inputTokens: 'read',
  outputTokens: 'read',
  totalTokens: 'read',
  cacheReadInputTokens: 'read',
  cacheReadInputTokenCount: 'read',
  cacheWriteInputTokens: 'read',
  cacheWriteInputTokenCount: 'read',
  cacheDetails: { inputTokens: 'read', ttl: 'ignored' },
};

/** Cached tokens are not part of the input. */
export function converseUsage(source: UsageSource): Usage {
  const { raw, reader } = source;
  const read = reader.first([
    [raw, 'cacheReadInputTokens'],
    [raw, 'cacheReadInputTokenCount'],
  ]);
  const written = reader.first([
    [raw, 'cacheWriteInputTokens'],
    [raw, 'cacheWriteInputTokenCount'],
  ]);
  const input = reader.countOr0(raw, 'inputTokens');
  const output = reader.countOr0(raw, 'outputTokens');
  const details = asList(raw['cacheDetails']).map(asFields);
  const hourly = details.filter(({ ttl }) => ttl === '1h');
  const sum = input + output + (read ?? 0) + (written ?? 0);
  const checked = checkTotal(source, reader.count(raw, 'totalTokens'), sum);
  return usageOf({
    input_tokens: input,
    output_tokens: output + checked.missing,
    total_tokens: checked.total,
    cache_creation_input_tokens: written ?? 0,
    cache_read_input_tokens: read ?? 0,
    cache_creation_1h_input_tokens: hourly.reduce(
      (all, entry) => all + reader.countOr0(entry, 'inputTokens'),
      0,
    ),
  });
}

export const INTERACTIONS_FIELDS: KnownFields = {
  total_input_tokens: 'read',
  total_cached_tokens: 'read',
  total_output_tokens: 'read',
  total_thought_tokens: 'read',
  total_tool_use_tokens: 'read',
  total_tokens: 'read',
  input_tokens_by_modality: 'ignored',
  output_tokens_by_modality: 'ignored',
  cached_tokens_by_modality: 'ignored',
  tool_use_tokens_by_modality: 'ignored',
};

export function interactionsUsage(source: UsageSource): Usage {
  const { raw, reader } = source;
  requireText(source);
  const all = (name: string): number => reader.countOr0(raw, name);
  const [input, cached, tools] = [
    all('total_input_tokens'),
    all('total_cached_tokens'),
    all('total_tool_use_tokens'),
  ];
  const thoughts = all('total_thought_tokens');
  const output = all('total_output_tokens') + thoughts;
  const checked = checkTotal(source, reader.count(raw, 'total_tokens'), input + output + tools);
  if (cached > input) reader.doubt('TOTAL_MISMATCH', 'cached tokens exceed the input that they are part of');
  return usageOf({
    input_tokens: Math.max(0, input - cached) + tools,
    output_tokens: output + checked.missing,
    total_tokens: cached > input ? undefined : checked.total,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    reasoning_tokens: thoughts,
  });
}

/** Tokens by modality have another price than text, unless they are text themselves. */
function requireText({ raw, reader }: UsageSource): void {
  for (const [name, list] of Object.entries(raw)) {
    if (!name.endsWith('_by_modality')) continue;
    const others = asList(list)
      .map(asFields)
      .filter(({ modality }) => !/^(?:text|document|video)$/iu.test(String(modality)));
    if (others.some((entry) => Object.values(entry).some((value) => Number(value) > 0)))
      reader.doubt('USAGE_UNREAD', `${name} has tokens other than text, which are not read`);
  }
}

export const COHERE_FIELDS: KnownFields = {
  billed_units: {
    input_tokens: 'read',
    output_tokens: 'read',
    search_units: 'read',
  },
  // With the hidden template, which is not billed.
  tokens: 'ignored',
  cached_tokens: 'ignored',
};

export function cohereUsage({ raw, reader }: UsageSource): Usage {
  const billed = asFields(raw['billed_units']);
  return usageOf(
    {
      input_tokens: reader.countOr0(billed, 'input_tokens'),
      output_tokens: reader.countOr0(billed, 'output_tokens'),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
    { search_units: reader.count(billed, 'search_units') },
  );
}

export const OLLAMA_FIELDS: KnownFields = { prompt_eval_count: 'read', eval_count: 'read' };

export function ollamaUsage({ raw, reader }: UsageSource): Usage {
  return usageOf({
    input_tokens: reader.countOr0(raw, 'prompt_eval_count'),
    output_tokens: reader.countOr0(raw, 'eval_count'),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  });
}
