// Events with content of a run, written at trace level only: templates, the shared store, the outputs.
import * as z from 'zod';
import { identifier } from './text-shape.ts';

export const templateResolved = z.object({
  param: identifier(z.string()),
  template: z.unknown().describe('the param as written in the workflow'),
  value: z.unknown(),
});

const patchSchema = z.object({
  op: z.enum(['add', 'replace', 'remove']),
  path: identifier(z.array(z.union([z.string(), z.number()]))),
  value: z.unknown().optional(),
});

export type StorePatch = z.infer<typeof patchSchema>;

/** Values that the log has in another form: at `path`, and what they were. */
const inexactSchema = identifier(
  z.object({
    path: z.array(z.union([z.string(), z.number()])),
    was: z
      .string()
      .describe('bigint: an integer, written as text; text: as it was, not redacted or cut; else the kind'),
  }),
);

export type InexactValue = z.infer<typeof inexactSchema>;

const inexact = z
  .array(inexactSchema)
  .optional()
  .describe('values above that the log has in another form, such as large integers');

/** The first one of a run, without `node`, is the initial store. */
export const storeChanged = z.object({ patches: z.array(patchSchema), inexact });

export const itemProduced = z.object({
  outputs: z
    .record(z.string(), z.unknown())
    .describe('what the item wrote, by key; of one that failed, what it wrote in spite of that'),
  inexact,
});

export const outputProduced = z.object({ name: identifier(z.string()), value: z.unknown() });
