// Reads streams of the Messages API. The counts of the last event are those of the whole answer, without their split.
import { asFields, asText, type Fields } from '../../values/json-fields.ts';
import { mergeFields, type StreamForm } from './stream-form.ts';
import { usageOfChunks } from './stream-usage.ts';

export const anthropicStream: StreamForm = {
  request: { stream: true },
  textOf: ({ delta }) => partOf(asFields(delta)),
  isLast: ({ type }) => type === 'message_stop',
  assemble(chunks) {
    const of = (name: string): Fields[] => chunks.filter(({ type }) => type === name);
    const ends = of('message_delta');
    const end = mergeFields(ends.map(({ delta }) => asFields(delta)));
    if (end['stop_reason'] === undefined && of('message_stop').length === 0) return undefined;
    const starts = of('message_start').map(({ message }) => asFields(message));
    const counts = ends.map((part) => asFields(part['usage']));
    const first = starts.map((part) => firstCounts(asFields(part['usage']), counts));
    const { usage = {}, marks } = usageOfChunks([...first, ...counts]);
    return { ...mergeFields([...starts, end]), content: contentOf(chunks), usage, ...marks };
  },
};

/** The first event has a provisional number of output tokens, which may be too high. */
function firstCounts(usage: Fields, later: readonly Fields[]): Fields {
  const { output_tokens: _provisional, ...rest } = usage;
  return later.some(({ output_tokens }) => typeof output_tokens === 'number') ? rest : usage;
}

function partOf({ type, text, partial_json }: Fields): string {
  if (type === 'text_delta') return asText(text) ?? '';
  return type === 'input_json_delta' ? (asText(partial_json) ?? '') : '';
}

/** The blocks in order. The input of a tool is JSON text here. */
function contentOf(chunks: readonly Fields[]): readonly Fields[] {
  const blocks = new Map<unknown, { readonly start: Fields; text: string }>();
  for (const { type, index, content_block, delta } of chunks) {
    if (type === 'content_block_start') blocks.set(index, { start: asFields(content_block), text: '' });
    const block = blocks.get(index);
    if (type === 'content_block_delta' && block !== undefined) block.text += partOf(asFields(delta));
  }
  return [...blocks.values()].map(({ start, text }) => {
    if (start['type'] === 'tool_use') return text === '' ? start : { ...start, input: text };
    return start['type'] === 'text' ? { ...start, text: (asText(start['text']) ?? '') + text } : start;
  });
}
