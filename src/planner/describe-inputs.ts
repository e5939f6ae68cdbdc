// Describes the inputs of a workflow to a model. The workflow may not have been checked yet.
import { checkSchema } from '../workflow/check-schema.ts';
import type { InputSpec } from '../workflow/schema.ts';
import { asData } from './as-data.ts';
import { present } from '../values/present.ts';
import type { Ir } from '../workflow/ir.ts';

/** Empty for a workflow that does not fit the schema. */
export function inputsOf(ir: Ir): Readonly<Record<string, InputSpec>> {
  return checkSchema(ir).workflow?.inputs ?? {};
}

/** One line of JSON per input. Leaves out the default of a secret input. */
export function inputLines(inputs: Readonly<Record<string, InputSpec>>): string {
  return Object.entries(inputs)
    .map(([name, { type = 'any', description, default: usual, secret = false, stdin = false }]) =>
      asData({
        name,
        type,
        ...present({ description }),
        ...(usual === undefined || secret ? {} : { default: usual }),
        ...(secret ? { secret } : {}),
        ...(stdin ? { stdin } : {}),
      }),
    )
    .join('\n');
}
