// Reads streams of OpenAI's Responses API. The last event has the whole answer, without its text at some gateways.
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import type { StreamForm } from './stream-form.ts';

const TEXT_EVENTS: readonly unknown[] = [
  'response.output_text.delta',
  'response.refusal.delta',
  'response.function_call_arguments.delta',
];
const LAST_EVENTS: readonly unknown[] = ['response.completed', 'response.incomplete', 'response.failed'];

export const responsesStream: StreamForm = {
  request: { stream: true },
  textOf: ({ type, delta }) => (TEXT_EVENTS.includes(type) ? (asText(delta) ?? '') : ''),
  isLast: ({ type }) => LAST_EVENTS.includes(type),
  assemble(chunks) {
    const last = chunks.findLast(({ type }) => LAST_EVENTS.includes(type));
    const response = asFields(last?.['response']);
    if (last?.['type'] === 'response.failed') return failedBody(response);
    return last === undefined ? undefined : { ...response, output: outputOf(response, chunks) };
  },
};

/** What was streamed counts where the last event has no output. */
function outputOf({ output }: Fields, chunks: readonly Fields[]): readonly unknown[] {
  const whole = asList(output);
  if (whole.length > 0) return whole;
  const items = chunks.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
  if (items.length > 0) return items;
  const deltas = chunks.filter(({ type }) => type === 'response.output_text.delta');
  const text = deltas.map(({ delta }) => asText(delta) ?? '').join('');
  return text === ''
    ? []
    : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }];
}

/** A failed answer may hold the beginning of a text, which is not an answer. */
function failedBody({ error, usage }: Fields): Fields {
  return { error: error ?? { message: 'the provider reported a failure' }, usage };
}
