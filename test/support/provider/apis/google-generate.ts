// Implements POST /v1beta/models/NAME:generateContent as Google documents it.
import { at, listAt, textsOf } from '../json.ts';
import { wordsOf } from '../words-of.ts';
import type { Api, ProviderAnswer, TokenPlan } from '../script.ts';

export const googleGenerate: Api = {
  name: 'google-generate',
  matches: (path) => path.endsWith(':generateContent') || path.endsWith(':streamGenerateContent'),
  read: (path, body) => ({
    api: 'google-generate',
    model: /\/models\/([^/:]+):/.exec(path)?.[1] ?? '',
    prompt: listAt(body, 'contents')
      .map((content) => textsOf(at(content, 'parts')))
      .join('\n'),
    system: textsOf(at(body, 'systemInstruction', 'parts')),
    schema: at(body, 'generationConfig', 'responseSchema'),
    streams: path.endsWith(':streamGenerateContent'),
    as_tool: false,
  }),
  write: (answer) => ({
    candidates: [candidate(answer)],
    ...(answer.tokens === undefined ? {} : { usageMetadata: usage(answer.tokens, answer.service_tier) }),
    modelVersion: answer.model,
    responseId: 'test',
  }),
  stream: (answer) =>
    wordsOf(answer.text).map((text, index, { length }) => {
      const isLast = index === length - 1;
      const { finishReason, ...part } = candidate({ ...answer, text }) as Record<string, unknown>;
      const counts = answer.tokens === undefined ? {} : { usageMetadata: usage(answer.tokens, undefined) };
      return {
        data: {
          candidates: [isLast || answer.refused ? { ...part, finishReason } : part],
          ...counts,
          modelVersion: answer.model,
        },
      };
    }),
  error: (status, type, message) => ({
    error: { code: status, message, status: type ?? NAMES[status] ?? 'INTERNAL' },
  }),
};

const NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function candidate(answer: ProviderAnswer): unknown {
  if (answer.refused) return { index: 0, finishReason: 'SAFETY' };
  return {
    index: 0,
    content: { role: 'model', parts: [{ text: answer.text }] },
    finishReason: answer.finish === 'length' ? 'MAX_TOKENS' : 'STOP',
  };
}

function usage(tokens: TokenPlan, tier: string | undefined): unknown {
  const prompt = tokens.input + tokens.cache_read + tokens.cache_write;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: tokens.output - tokens.reasoning,
    totalTokenCount: prompt + tokens.output,
    ...(tokens.cache_read > 0 ? { cachedContentTokenCount: tokens.cache_read } : {}),
    ...(tokens.reasoning > 0 ? { thoughtsTokenCount: tokens.reasoning } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(tier === undefined ? {} : { serviceTier: tier }),
  };
}
