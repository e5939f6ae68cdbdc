// Reads streams of Google's generateContent. Each chunk is a part of the answer, and counts all tokens so far.
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';
import { mergeFields, type StreamForm } from './stream-form.ts';
import { usageOfChunks } from './stream-usage.ts';

export const googleStream: StreamForm = {
  request: {},
  url: (url) => url.replace(/:generateContent(?=$|\?)/u, ':streamGenerateContent?alt=sse'),
  textOf: (chunk) =>
    partsOf(candidateOf(chunk))
      .map((part) => (part['thought'] === true ? '' : (asText(part['text']) ?? '')))
      .join(''),
  isLast: () => false,
  assemble(chunks) {
    const { usage: usageMetadata, marks } = usageOfChunks(chunks.map((chunk) => chunk['usageMetadata']));
    const whole: Fields = { ...mergeFields(chunks), ...present({ usageMetadata }), ...marks };
    const candidates = chunks.map(candidateOf);
    if (asFields(whole['promptFeedback'])['blockReason'] !== undefined && whole['candidates'] === undefined)
      return whole;
    const candidate = mergeFields(candidates);
    if (candidate['finishReason'] === undefined) return undefined;
    const parts = candidates.flatMap(partsOf);
    return { ...whole, candidates: [{ ...candidate, content: { role: 'model', parts } }] };
  },
};

function candidateOf(chunk: Fields): Fields {
  return asFields(asList(chunk['candidates'])[0]);
}

function partsOf(candidate: Fields): readonly Fields[] {
  return asList(asFields(candidate['content'])['parts']).map(asFields);
}
