// Replaces references inside a JSON Schema by what they refer to. Its parts can then be shown alone.
import { isObject } from '../../values/json-fields.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema that refers to itself is cut here. */
const MAX_DEPTH = 8;
/** Schemas may refer to one part many times, which would multiply it. */
const MOST_PARTS = 5_000;

/** A reference that leads nowhere, or to itself, becomes a schema for any value. */
export function inlineReferences(root: JsonSchema): JsonSchema {
  let parts = 0;
  const inline = (value: unknown, depth: number): unknown => {
    parts += 1;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => inline(item, depth));
    const { $ref, ...rest } = value as Record<string, unknown>;
    if (typeof $ref !== 'string') return inlineMembers(value as JsonSchema, depth);
    const target = depth >= MAX_DEPTH || parts > MOST_PARTS ? {} : (resolvePointer(root, $ref) ?? {});
    const inlined = inline(target, depth + 1);
    return { ...(isObject(inlined) ? inlined : {}), ...inlineMembers(rest, depth) };
  };
  const inlineMembers = (schema: JsonSchema, depth: number): JsonSchema =>
    Object.fromEntries(
      Object.entries(schema).flatMap(([key, member]) =>
        key === '$defs' || key === 'definitions' ? [] : [[key, inline(member, depth)]],
      ),
    );
  return inlineMembers(root, 0);
}

function resolvePointer(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  let found: unknown = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodePart(part);
    found = isObject(found) || Array.isArray(found) ? (found as Record<string, unknown>)[key] : undefined;
  }
  return found;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}
