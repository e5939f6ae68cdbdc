// Defines a param that takes text or any plain value. A template that is the whole param keeps the type of its value,
// which a prompt or a body must accept.
import * as z from 'zod';

export const textOrValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/** Returns a string unchanged and any other value as JSON. */
export function toText(value: unknown, indent?: number): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, indent);
}
