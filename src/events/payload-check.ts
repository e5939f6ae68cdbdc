// Checks payloads against the schema of their type. A fast check accepts nearly all of them without the schema.
import type * as z from 'zod';
import { createFastAccept, type FastAccept } from './fast-accept.ts';
import { VOCABULARY, type EventType } from './vocabulary.ts';

const checks = new Map<EventType, FastAccept>();

export interface PayloadFault {
  /** `data.usage.input_tokens` */
  readonly field: string;
  readonly message: string;
}

/** The first fault of a payload, if it has one. */
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
