// Reads an answer of OpenAI's Responses API. Its text is in messages among the items of the output.
import { asFields, asList, asText } from '../../values/json-fields.ts';
import { argumentsOf, textOfContent, type ReadAnswer } from './answer-reading.ts';
import { readFinishReason } from './finish-reason.ts';

export const readResponsesAnswer: ReadAnswer = (body) => {
  const response = asFields(body);
  const { output, output_text } = response;
  if (!Array.isArray(output) && typeof output_text !== 'string') return undefined;
  const items = asList(output).map(asFields);
  const contents = items.filter(({ type }) => type === 'message').map(({ content }) => content);
  const refusal = contents
    .flatMap(asList)
    .map((part) => asText(asFields(part)['refusal']))
    .find((text) => text !== undefined);
  const text = items.length === 0 ? textOfContent(output_text) : textOfContent(contents, isText);
  if (refusal !== undefined) return { text: text + refusal, finish_reason: 'refusal' };
  const reason = asText(asFields(response['incomplete_details'])['reason']);
  const call = items.find(({ type }) => type === 'function_call');
  return {
    text,
    ...argumentsOf(call?.['arguments']),
    finish_reason: readFinishReason(reason ?? response['status']),
  };
};

function isText(part: unknown): boolean {
  const { type } = asFields(part);
  return type === undefined || type === 'output_text' || type === 'text';
}
