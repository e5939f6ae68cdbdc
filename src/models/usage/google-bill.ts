// generateContent of Google: cached tokens are inside the prompt, prompts of tools stand beside it, thoughts
// stand beside the candidates, and each count is told again by modality.
import { billOf, splitByCaching, usageOf, type Bill } from './bill.ts';
import { asCount, asFields, asList, asText, type Fields } from '../../values/json-fields.ts';

export function googleBill(body: unknown): Bill {
  const response = asFields(body);
  const usage = asFields(response['usageMetadata']);
  const candidate = asFields(asList(response['candidates'])[0]);
  return billOf({
    usage: tokens(usage, asList(asFields(candidate['groundingMetadata'])['webSearchQueries']).length),
    raw_usage: response['usageMetadata'] ?? undefined,
    response_model: asText(response['modelVersion']),
    service_tier: asText(usage['serviceTier']),
    provider_cost_usd: undefined,
    ...doubt(usage),
  });
}

/** The cached tokens count as told. */
function doubt(usage: Fields): { usage_doubt?: string } {
  const cached = asCount(usage['cachedContentTokenCount']) ?? 0;
  if (cached <= (asCount(usage['promptTokenCount']) ?? 0)) return {};
  return { usage_doubt: 'cached tokens exceed the input that they are part of' };
}

function tokens(usage: Fields, searches: number): Bill['usage'] {
  const prompt = asCount(usage['promptTokenCount']);
  const candidates = asCount(usage['candidatesTokenCount']);
  if (prompt === undefined && candidates === undefined) return {};
  const cached = asCount(usage['cachedContentTokenCount']) ?? 0;
  const thoughts = asCount(usage['thoughtsTokenCount']) ?? 0;
  const tools = asCount(usage['toolUsePromptTokenCount']) ?? 0;
  const input = Math.max(0, (prompt ?? 0) - cached);
  const audio = split(usage, 'AUDIO', input);
  const image = split(usage, 'IMAGE', input);
  return usageOf({
    input: input + tools,
    cache_write: 0,
    cache_read: cached,
    output: (candidates ?? 0) + thoughts,
    total: asCount(usage['totalTokenCount']),
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
    .map(asFields)
    .filter((entry) => entry['modality'] === modality)
    .reduce((sum, entry) => sum + (asCount(entry['tokenCount']) ?? 0), 0);
}
