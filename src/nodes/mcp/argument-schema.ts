// Makes the schema of a node's params from the JSON Schema of a tool's arguments. Each argument is checked by itself,
// since one that is a template has no value yet.
import * as z from 'zod';
import { compileArgumentCheck, type ArgumentCheck } from './argument-check.ts';
import { inlineReferences, type JsonSchema } from './inline-references.ts';
import { asFields } from '../../values/json-fields.ts';

/** An argument with such a name would change the object that holds it. */
const IMPOSSIBLE_NAMES = new Set(['__proto__']);

export function createArgumentSchema(input: JsonSchema): z.ZodObject {
  const check = compileArgumentCheck(input);
  const properties = Object.entries(asFields(inlineReferences(input)['properties'])).filter(
    ([name]) => !IMPOSSIBLE_NAMES.has(name),
  );
  const required = new Set(Array.isArray(input['required']) ? (input['required'] as unknown[]) : []);
  const shape = Object.fromEntries(
    properties.map(([name, schema]) => [
      name,
      createArgument({ name, schema, check, isRequired: required.has(name) }),
    ]),
  );
  const object = isOpen(input) ? z.looseObject(shape) : z.strictObject(shape);
  return object.superRefine((value, context) => {
    report(check.whole(value), context);
  });
}

/** A tool that lists its arguments takes no others, unless it states that it does. */
function isOpen(input: JsonSchema): boolean {
  const { additionalProperties: others, properties, patternProperties } = input;
  if (others === undefined) return properties === undefined || patternProperties !== undefined;
  return others === true || (typeof others === 'object' && others !== null);
}

interface Argument {
  readonly name: string;
  readonly schema: unknown;
  readonly check: ArgumentCheck;
  readonly isRequired: boolean;
}

function createArgument({ name, schema, check, isRequired }: Argument): z.ZodType {
  const checked = z.unknown().superRefine((value, context) => {
    // What is absent is reported by the object, and may be absent otherwise.
    if (value !== undefined) report(check.argument(name, value), context);
  });
  const { $schema: _dialect, ...shown } = asFields(schema);
  const argument = checked.meta(shown);
  return isRequired ? argument : argument.optional();
}

type Faults = ReturnType<ArgumentCheck['whole']>;

function report(faults: Faults, context: z.RefinementCtx): void {
  for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [...path], message });
}
