// Reads the usage of Google's generateContent. Cached tokens are part of the prompt, prompts of tools are not, thoughts
// are not part of the candidates, and each count is reported again by modality.
import type { Usage } from '../../events/usage.ts';
import { asFields, asList, type Fields } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import { splitByCaching, usageOf, type UsageSource } from '../answer-counts.ts';
import { checkTotal, doubtCachedAudio } from './openai-details.ts';

const MODALITIES: KnownFields = { modality: 'ignored', tokenCount: 'read' };

export const GENERATE_CONTENT_FIELDS: KnownFields = {
  promptTokenCount: 'read',
  cachedContentTokenCount: 'read',
  candidatesTokenCount: 'read',
  responseTokenCount: 'read',
  thoughtsTokenCount: 'read',
  toolUsePromptTokenCount: 'read',
  totalTokenCount: 'read',
  promptTokensDetails: MODALITIES,
  cacheTokensDetails: MODALITIES,
  candidatesTokensDetails: MODALITIES,
  responseTokensDetails: MODALITIES,
  toolUsePromptTokensDetails: MODALITIES,
  serviceTier: 'read',
  trafficType: 'read',
};

export function generateContentUsage(source: UsageSource): Usage {
  const { raw, reader } = source;
  requireModalities(source);
  const prompt = reader.countOr0(raw, 'promptTokenCount');
  const cached = reader.countOr0(raw, 'cachedContentTokenCount');
  const candidates = reader.first([
    [raw, 'candidatesTokenCount'],
    [raw, 'responseTokenCount'],
  ]);
  const thoughts = reader.countOr0(raw, 'thoughtsTokenCount');
  const tools = reader.countOr0(raw, 'toolUsePromptTokenCount');
  const total = reader.count(raw, 'totalTokenCount');
  requireCounts(source, total, candidates);
  const output = (candidates ?? 0) + thoughts;
  const checked = checkTotal(source, total, prompt + output + tools);
  const isContradictory = cached > prompt;
  if (isContradictory) reader.doubt('TOTAL_MISMATCH', 'cached tokens exceed the input that they are part of');
  const input = Math.max(0, prompt - cached);
  const audio = split(source, 'AUDIO', { uncached: input, cached });
  const image = split(source, 'IMAGE', { uncached: input, cached });
  if (audio.isAssumed) doubtCachedAudio(reader);
  const answered = 'candidatesTokensDetails' in raw ? 'candidatesTokensDetails' : 'responseTokensDetails';
  return usageOf({
    input_tokens: input + tools,
    output_tokens: output + checked.missing,
    total_tokens: isContradictory ? undefined : checked.total,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    reasoning_tokens: thoughts,
    input_audio_tokens: audio.uncached + (ofModality(source, 'toolUsePromptTokensDetails', 'AUDIO') ?? 0),
    input_image_tokens: image.uncached + (ofModality(source, 'toolUsePromptTokensDetails', 'IMAGE') ?? 0),
    cache_read_audio_tokens: audio.cached,
    cache_read_image_tokens: image.cached,
    output_audio_tokens: ofModality(source, answered, 'AUDIO'),
    output_image_tokens: ofModality(source, answered, 'IMAGE'),
  });
}

/** Without an answer there are no candidates. The total shows whether that is so. */
function requireCounts(
  { raw, reader }: UsageSource,
  total: number | undefined,
  candidates: number | undefined,
): void {
  if (reader.count(raw, 'promptTokenCount') === undefined)
    reader.doubt('USAGE_UNREAD', 'promptTokenCount is missing');
  if (candidates === undefined && total === undefined)
    reader.doubt('USAGE_UNREAD', 'candidatesTokenCount is missing');
}

function split(
  source: UsageSource,
  modality: string,
  input: { readonly uncached: number; readonly cached: number },
): ReturnType<typeof splitByCaching> {
  const all = ofModality(source, 'promptTokensDetails', modality) ?? 0;
  return splitByCaching(all, ofModality(source, 'cacheTokensDetails', modality), { ...input, written: 0 });
}

/** Undefined when this count is not reported by modality. */
function ofModality({ raw, reader }: UsageSource, name: string, modality: string): number | undefined {
  const details = raw[name];
  if (!Array.isArray(details)) return undefined;
  return asList(details)
    .map(asFields)
    .filter((entry) => modalityOf(entry) === modality)
    .reduce((sum, entry) => sum + reader.countOr0(entry, 'tokenCount'), 0);
}

/** A Protobuf client writes the number of a modality. */
const MODALITY_NAMES = ['TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'];

function modalityOf({ modality }: Fields): string {
  if (typeof modality === 'number') return MODALITY_NAMES[modality - 1] ?? 'unknown';
  return typeof modality === 'string' ? modality.toUpperCase() : 'unknown';
}

/** A modality that is not known may have any price. */
function requireModalities({ raw, reader }: UsageSource): void {
  for (const [name, list] of Object.entries(raw)) {
    if (GENERATE_CONTENT_FIELDS[name] !== MODALITIES) continue;
    for (const entry of asList(list).map(asFields)) {
      if (!MODALITY_NAMES.includes(modalityOf(entry)) && reader.countOr0(entry, 'tokenCount') > 0)
        reader.doubt('USAGE_UNREAD', `${name} has a modality that is not read`);
    }
  }
}
