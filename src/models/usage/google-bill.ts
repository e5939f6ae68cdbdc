// generateContent of Google: cached tokens are inside the prompt, prompts of tools stand beside it, thoughts
// stand beside the candidates, and each count is told again by modality.
import { billOf, splitByCaching, usageOf, type Bill } from './bill.ts';
import { count, fields, list, text, type Fields } from '../../values/json-fields.ts';

export function googleBill(body: unknown): Bill {
  const response = fields(body);
  const usage = fields(response['usageMetadata']);
  const candidate = fields(list(response['candidates'])[0]);
  return billOf({
    usage: tokens(usage, list(fields(candidate['groundingMetadata'])['webSearchQueries']).length),
    raw_usage: response['usageMetadata'] ?? undefined,
    response_model: text(response['modelVersion']),
    service_tier: text(usage['serviceTier']),
    provider_cost_usd: undefined,
    ...doubt(usage),
  });
}

/** The cached tokens count as told. */
function doubt(usage: Fields): { usage_doubt?: string } {
  const cached = count(usage['cachedContentTokenCount']) ?? 0;
  if (cached <= (count(usage['promptTokenCount']) ?? 0)) return {};
  return { usage_doubt: 'cached tokens exceed the input that they are part of' };
}

function tokens(usage: Fields, searches: number): Bill['usage'] {
  const prompt = count(usage['promptTokenCount']);
  const candidates = count(usage['candidatesTokenCount']);
  if (prompt === undefined && candidates === undefined) return {};
  const cached = count(usage['cachedContentTokenCount']) ?? 0;
  const thoughts = count(usage['thoughtsTokenCount']) ?? 0;
  const tools = count(usage['toolUsePromptTokenCount']) ?? 0;
  const input = Math.max(0, (prompt ?? 0) - cached);
  const audio = split(usage, 'AUDIO', input);
  const image = split(usage, 'IMAGE', input);
  return usageOf({
    input: input + tools,
    cache_write: 0,
    cache_read: cached,
    output: (candidates ?? 0) + thoughts,
    total: count(usage['totalTokenCount']),
    parts: {
      reasoning_tokens: thoughts,
      input_audio_tokens: audio.uncached + (ofModality(usage['toolUsePromptTokensDetails'], 'AUDIO') ?? 0),
      input_image_tokens: image.uncached + (ofModality(usage['toolUsePromptTokensDetails'], 'IMAGE') ?? 0),
      cache_read_audio_tokens: audio.cached,
      cache_read_image_tokens: image.cached,
      output_audio_tokens: ofModality(usage['candidatesTokensDetails'], 'AUDIO'),
      output_image_tokens: ofModality(usage['candidatesTokensDetails'], 'IMAGE'),
    },
    requests: { web_search: searches },
  });
}

function split(usage: Fields, modality: string, uncachedInput: number): ReturnType<typeof splitByCaching> {
  const all = ofModality(usage['promptTokensDetails'], modality) ?? 0;
  return splitByCaching(all, ofModality(usage['cacheTokensDetails'], modality), uncachedInput);
}

/** Undefined when this count is not told by modality at all. */
function ofModality(details: unknown, modality: string): number | undefined {
  if (!Array.isArray(details)) return undefined;
  return details
    .map(fields)
    .filter((entry) => entry['modality'] === modality)
    .reduce((sum, entry) => sum + (count(entry['tokenCount']) ?? 0), 0);
}
