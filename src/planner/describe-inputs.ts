// The inputs of a workflow as a model is told of them. The workflow may be one that nobody has checked yet.
import { checkSchema } from '../workflow/check-schema.ts';
import type { InputSpec } from '../workflow/schema.ts';
import { asData } from './as-data.ts';
import type { Ir } from './planning-store.ts';

/** Those that can be made out. */
export function inputsOf(ir: Ir): Readonly<Record<string, InputSpec>> {
  return checkSchema(ir).workflow?.inputs ?? {};
}

/** A line of JSON each. A default is not told where the input is secret. */
export function inputLines(inputs: Readonly<Record<string, InputSpec>>): string {
  return Object.entries(inputs)
    .map(([name, { type = 'any', description, default: usual, secret = false, stdin = false }]) =>
      asData({
        name,
        type,
        ...(description === undefined ? {} : { description }),
        ...(usual === undefined || secret ? {} : { default: usual }),
        ...(secret ? { secret } : {}),
        ...(stdin ? { stdin } : {}),
      }),
    )
    .join('\n');
}
