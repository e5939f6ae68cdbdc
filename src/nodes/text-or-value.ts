// Defines a param that takes text or any plain value. A template that is the whole param keeps the type of its value,
// which a prompt or a body must accept.
import * as z from 'zod';
import { exactJsonText } from '../values/exact-json.ts';
import { exactNumber } from './exact-number.ts';

export const textOrValue = z.union([
  z.string(),
  exactNumber,
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/** Returns a string unchanged and any other value as JSON. Throws for a number that is not finite. */
export function textOrJson(value: unknown, indent?: number): string {
  return typeof value === 'string' ? value : (exactJsonText(value, indent) ?? 'null');
}
