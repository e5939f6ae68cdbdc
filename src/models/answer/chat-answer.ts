// Reads an answer of chat completions, by any endpoint that has them. Content may be a text or a list.
import { asFields, asList, asText } from '../../values/json-fields.ts';
import { argumentsOf, textOfContent, type ReadAnswer } from './answer-reading.ts';
import { readFinishReason } from './finish-reason.ts';

export const readChatAnswer: ReadAnswer = (body) => {
  const [first] = asList(asFields(body)['choices']);
  if (first === undefined || first === null) return undefined;
  const choice = asFields(first);
  const message = asFields(choice['message']);
  if (choice['message'] === undefined && choice['text'] === undefined) return undefined;
  const text = textOfContent(message['content'] ?? choice['text'], isText);
  const refusal = asText(message['refusal']);
  if (refusal !== undefined) return { text: text + refusal, finish_reason: 'refusal' };
  const call = asFields(asFields(asList(message['tool_calls'])[0])['function'] ?? message['function_call']);
  return {
    text,
    ...argumentsOf(call['arguments']),
    finish_reason: readFinishReason(choice['finish_reason']),
  };
};

/** Endpoints that think aloud send their thoughts as parts of another type. */
function isText(part: unknown): boolean {
  const { type } = asFields(part);
  return type === undefined || type === 'text' || type === 'output_text';
}
