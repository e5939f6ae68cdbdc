// Reads an answer of the Messages API. A model without structured answers gives them as the input of a tool.
import { asFields, asList } from '../../values/json-fields.ts';
import { argumentsOf, textOfContent, type ReadAnswer } from './answer-reading.ts';
import { readFinishReason } from './finish-reason.ts';

export const readAnthropicAnswer: ReadAnswer = (body) => {
  const message = asFields(body);
  const { content, stop_reason } = message;
  if (typeof content !== 'string' && !Array.isArray(content)) return undefined;
  const tool = asList(content)
    .map(asFields)
    .find(({ type }) => type === 'tool_use');
  return {
    text: textOfContent(content, isText),
    ...argumentsOf(tool?.['input']),
    finish_reason: readFinishReason(stop_reason),
  };
};

function isText(block: unknown): boolean {
  const { type } = asFields(block);
  return type === 'text' || type === undefined;
}
