// Reads an answer of Google's generateContent. A filter may block the prompt, and there is no candidate then.
import { asFields, asList } from '../../values/json-fields.ts';
import { argumentsOf, textOfContent, type ReadAnswer } from './answer-reading.ts';
import { readFinishReason } from './finish-reason.ts';

export const readGoogleAnswer: ReadAnswer = (body) => {
  const response = asFields(body);
  const [first] = asList(response['candidates']);
  const { blockReason } = asFields(response['promptFeedback']);
  if (first === undefined || first === null) {
    const isBlocked = typeof blockReason === 'string' && blockReason !== 'BLOCK_REASON_UNSPECIFIED';
    return isBlocked ? { text: '', finish_reason: 'content-filter' } : undefined;
  }
  const candidate = asFields(first);
  const parts = asList(asFields(candidate['content'])['parts']);
  const call = parts
    .map((part) => asFields(asFields(part)['functionCall']))
    .find(({ name }) => name !== undefined);
  return {
    text: textOfContent(parts, (part) => asFields(part)['thought'] !== true),
    ...argumentsOf(call?.['args']),
    finish_reason: readFinishReason(candidate['finishReason']),
  };
};
