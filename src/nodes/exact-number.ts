// Defines the number in params that accept any value. A BigInt is an integer that a number cannot hold exactly.
import * as z from 'zod';

export const exactNumber = createExactNumber();

/** Returns the schema of `z.number()` for people, models and JSON Schema. It accepts a BigInt too. */
function createExactNumber(): z.ZodType<number | bigint> {
  const schema = z.custom<number | bigint>().superRefine((value: unknown, context) => {
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return;
    context.addIssue({ code: 'invalid_type', expected: 'number', input: value, continue: false });
  });
  // Without a parent, JSON Schema is made from this schema only.
  schema._zod.parent = undefined;
  schema._zod.toJSONSchema = () => ({ type: 'number' });
  return schema;
}
