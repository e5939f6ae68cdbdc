// Turns the answer of a tool into outputs. Nothing of it is dropped, and no number loses a digit.
import type { ToolOutputs } from '../nodes/mcp/tool-caller.ts';
import { parseExactJson } from '../values/exact-json.ts';
import { present } from '../values/present.ts';
import { isObject } from '../values/json-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The result of `tools/call`, as it came. */
export interface ToolAnswer {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
}

/** Structured content wins; what comes beside it and is not text is attached. */
export function toOutputs({ content, structuredContent }: ToolAnswer): ToolOutputs {
  const blocks = Array.isArray(content) ? (content as unknown[]) : [];
  if (structuredContent !== undefined && structuredContent !== null) {
    return { result: structuredContent, attachments: blocks.filter((block) => !isText(block)).map(toValue) };
  }
  const values = blocks.map(toValue);
  return { result: values.length > 1 ? values : (values[0] ?? null), attachments: [] };
}

/** The texts of an answer, for a message. */
export function textOf({ content, structuredContent }: ToolAnswer): string {
  const blocks = Array.isArray(content) ? (content as unknown[]) : [];
  const texts = blocks.flatMap((block) => (isText(block) ? [String((block as Fields)['text'])] : []));
  if (texts.length > 0 || structuredContent === undefined) return texts.join('\n');
  return JSON.stringify(structuredContent, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

function isText(block: unknown): boolean {
  return isObject(block) && block['type'] === 'text' && typeof block['text'] === 'string';
}

/** Blocks of an unknown type stay as they are. */
function toValue(block: unknown): unknown {
  if (!isObject(block)) return block;
  const { type, text, data, mimeType: mime_type, resource, uri, name, title, description, size } = block;
  if (isText(block)) return parseText(String(text));
  if (type === 'image' || type === 'audio') return present({ type, mime_type, data });
  if (type === 'resource_link') {
    return present({ type, uri, name, title, description, mime_type, size });
  }
  if (type === 'resource' && isObject(resource)) {
    const { uri: address, mimeType, text: content, blob } = resource;
    return present({ type, uri: address, mime_type: mimeType, text: content, data: blob });
  }
  return block;
}

/** Parses objects and lists only: `1.10` and `007` are texts that would change. */
function parseText(text: string): unknown {
  if (!/^\s*[[{]/u.test(text)) return text;
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
