// Reads streams of chat completions. The usage comes in a chunk after the last part of the answer, often without choices.
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { mergeFields, type StreamForm } from './stream-form.ts';

export const chatStream: StreamForm = {
  request: { stream: true, stream_options: { include_usage: true } },
  textOf(chunk) {
    const { content, refusal } = deltaOf(chunk);
    return textIn(content) + textIn(refusal) + argumentsIn([deltaOf(chunk)]);
  },
  isLast: () => false,
  assemble(chunks) {
    const choices = chunks.flatMap((chunk) => asList(chunk['choices']).slice(0, 1)).map(asFields);
    const ended = choices.find(({ finish_reason }) => asText(finish_reason) !== undefined);
    if (ended === undefined) return undefined;
    const { delta: _delta, ...choice } = mergeFields(choices);
    const whole = { ...mergeFields(chunks), object: 'chat.completion' };
    return {
      ...whole,
      choices: [{ ...choice, message: messageOf(choices.map(({ delta }) => asFields(delta))) }],
    };
  },
};

function deltaOf(chunk: Fields): Fields {
  return asFields(asFields(asList(chunk['choices'])[0])['delta']);
}

function messageOf(deltas: readonly Fields[]): Fields {
  const joined = (name: string): string => deltas.map((delta) => textIn(delta[name])).join('');
  const [content, refusal, given] = [joined('content'), joined('refusal'), argumentsIn(deltas)];
  return {
    role: 'assistant',
    content,
    ...(refusal === '' ? {} : { refusal }),
    ...(given === '' ? {} : { tool_calls: [{ type: 'function', function: { arguments: given } }] }),
  };
}

/** Content is a text; some endpoints send parts, and thoughts among them. */
function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = asList(content).map(asFields);
  return parts.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : '')).join('');
}

/** The arguments of the first tool call, in parts. */
function argumentsIn(deltas: readonly Fields[]): string {
  const calls = deltas.flatMap(({ tool_calls }) => asList(tool_calls)).map(asFields);
  const first = calls.filter(({ index }) => index === undefined || index === 0);
  return first.map((call) => asText(asFields(call['function'])['arguments']) ?? '').join('');
}
