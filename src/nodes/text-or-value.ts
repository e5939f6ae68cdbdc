// A param that takes text or any plain value: a template that is the whole param keeps its type, and a
// prompt or a body should still be able to hold it.
import * as z from 'zod';

export const textOrValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/** A string stays as it is; anything else becomes JSON. */
export function toText(value: unknown, indent?: number): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, indent);
}
