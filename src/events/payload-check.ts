// Whether a payload fits its type. Nearly all do, and are known to without asking the schema.
import type * as z from 'zod';
import { createFastAccept, type FastAccept } from './fast-accept.ts';
import { VOCABULARY, type EventType } from './vocabulary.ts';

const checks = new Map<EventType, FastAccept>();

export interface PayloadFault {
  /** `data.usage.input_tokens` */
  readonly field: string;
  readonly message: string;
}

/** What is wrong with it first, if anything. */
export function payloadFault(type: EventType, data: unknown): PayloadFault | undefined {
  const { schema }: { readonly schema: z.ZodType } = VOCABULARY[type];
  let check = checks.get(type);
  if (check === undefined) {
    check = createFastAccept(schema);
    checks.set(type, check);
  }
  const issue = check(data) ? undefined : schema.safeParse(data).error?.issues[0];
  if (issue === undefined) return undefined;
  return { field: ['data', ...issue.path.map(String)].join('.'), message: issue.message };
}
