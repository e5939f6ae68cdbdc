// Reads the bill of Google's generateContent. Cached tokens are part of the prompt, prompts of tools are not, thoughts
// are not part of the candidates, and each count is reported again by modality.
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
    ...contradictionOf(usage),
  });
}

/** Set when the cached tokens exceed the input. They are then counted as reported. */
function contradictionOf(usage: Fields): { usage_contradiction?: string } {
  const cached = asCount(usage['cachedContentTokenCount']) ?? 0;
  if (cached <= (asCount(usage['promptTokenCount']) ?? 0)) return {};
  return { usage_contradiction: 'cached tokens exceed the input that they are part of' };
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
  return usageOf(
    {
      input_tokens: input + tools,
      output_tokens: (candidates ?? 0) + thoughts,
      total_tokens: asCount(usage['totalTokenCount']),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cached,
      reasoning_tokens: thoughts,
      input_audio_tokens: audio.uncached + (ofModality(usage['toolUsePromptTokensDetails'], 'AUDIO') ?? 0),
      input_image_tokens: image.uncached + (ofModality(usage['toolUsePromptTokensDetails'], 'IMAGE') ?? 0),
      cache_read_audio_tokens: audio.cached,
      cache_read_image_tokens: image.cached,
      output_audio_tokens: ofModality(usage['candidatesTokensDetails'], 'AUDIO'),
      output_image_tokens: ofModality(usage['candidatesTokensDetails'], 'IMAGE'),
    },
    { web_search: searches },
  );
}

function split(usage: Fields, modality: string, uncachedInput: number): ReturnType<typeof splitByCaching> {
  const all = ofModality(usage['promptTokensDetails'], modality) ?? 0;
  return splitByCaching(all, ofModality(usage['cacheTokensDetails'], modality), uncachedInput);
}

/** Undefined when this count is not reported by modality. */
function ofModality(details: unknown, modality: string): number | undefined {
  if (!Array.isArray(details)) return undefined;
  return details
    .map(asFields)
    .filter((entry) => entry['modality'] === modality)
    .reduce((sum, entry) => sum + (asCount(entry['tokenCount']) ?? 0), 0);
}
