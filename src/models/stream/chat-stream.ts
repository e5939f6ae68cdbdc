// Reads streams of chat completions. The usage comes in a chunk after the last part of the answer, often without
// choices.
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';
import { mergeFields, type StreamForm } from './stream-form.ts';
import { usageOfChunks } from './stream-usage.ts';

export const chatStream: StreamForm = {
  request: { stream: true, stream_options: { include_usage: true } },
  textOf(chunk) {
    return writtenIn(deltaOf(chunk));
  },
  isLast: () => false,
  assemble(chunks) {
    const choices = chunks.flatMap((chunk) => asList(chunk['choices']).slice(0, 1)).map(asFields);
    const ended = choices.find(({ finish_reason }) => asText(finish_reason) !== undefined);
    if (ended === undefined) return undefined;
    const { delta: _delta, text: _text, ...choice } = mergeFields(choices);
    const top = usageOfChunks(chunks.map(({ usage }) => usage));
    const inChoice = usageOfChunks(choices.map(({ usage }) => usage));
    return {
      ...mergeFields(chunks),
      object: 'chat.completion',
      ...present({ usage: top.usage }),
      ...(top.usage === undefined ? inChoice.marks : top.marks),
      choices: [{ ...choice, message: messageOf(partsOf(choices)), ...present({ usage: inChoice.usage }) }],
    };
  },
};

function deltaOf(chunk: Fields): Fields {
  return asFields(asFields(asList(chunk['choices'])[0])['delta']);
}

/** Some proxies send messages, or texts, in place of deltas. Others repeat the whole message after the deltas. */
function partsOf(choices: readonly Fields[]): readonly Fields[] {
  const deltas = choices.map(({ delta }) => asFields(delta));
  if (isWritten(deltas)) return deltas;
  const messages = choices.map(({ message, text }) => ({ content: text, ...asFields(message) }));
  const written = messages.filter((message) => writtenIn(message) !== '');
  return written.length > 1 && isCumulative(written) ? written.slice(-1) : messages;
}

function isWritten(parts: readonly Fields[]): boolean {
  return parts.some((part) => writtenIn(part) !== '');
}

function writtenIn(part: Fields): string {
  return textIn(part['content']) + textIn(part['refusal']) + argumentsIn([part]);
}

/** Each message repeats the one before it. */
function isCumulative(messages: readonly Fields[]): boolean {
  const texts = messages.map(writtenIn);
  return texts.every((text, index) => index === 0 || text.startsWith(texts[index - 1] ?? ''));
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
