// Puts the usages of the chunks of a stream together. Each chunk counts all tokens so far, or has some counts only.
import { asFields, type Fields, isObject } from '../../values/json-fields.ts';

/** Of a body whose chunks do not agree on a count. Not a name of any API. */
export const DISAGREEMENT = 'usage_of_chunks';

export interface StreamUsage {
  /** Undefined without a usage. */
  readonly usage: Fields | undefined;
  /** Members of the body that report a disagreement; mostly empty. */
  readonly marks: Fields;
}

/** The last count of each name counts, but a 0 never replaces another number. */
export function usageOfChunks(parts: readonly unknown[]): StreamUsage {
  const given = parts.map(asFields).filter((part) => Object.keys(part).length > 0);
  if (given.length === 0) return { usage: undefined, marks: {} };
  const decreased = new Set<string>();
  const usage = given.reduce((before, part) => merge(before, part, decreased), {});
  return { usage, marks: decreased.size === 0 ? {} : { [DISAGREEMENT]: [...decreased] } };
}

function merge(before: Fields, part: Fields, decreased: Set<string>): Fields {
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(part)) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (value === null || value === undefined) continue;
    if (isObject(known) && isObject(value)) merged[name] = merge(known, value, decreased);
    else if (Number(known) > Number(value) && isNumber(known) && isNumber(value)) {
      decreased.add(name);
      if (Number(value) > 0) merged[name] = value;
    } else
      Object.defineProperty(merged, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';
