// Converts a value to its form inside a text: null is empty, objects are JSON, the rest as JavaScript writes it.
import { PflowError } from '../../errors.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import type { Expression } from './ast.ts';
import { printExpression } from './print-template.ts';

export function toText(value: unknown, expression: Expression): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  try {
    const json = exactJsonText(value);
    if (json !== undefined) return json;
  } catch (cause) {
    throw notSerializableError(
      expression,
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
    );
  }
  throw notSerializableError(expression, `it is a ${typeof value}`);
}

function notSerializableError(expression: Expression, reason: string): PflowError {
  const what = printExpression(expression);
  return new PflowError('NODE_PARAMS_INVALID', `${what} cannot be written as JSON inside a text: ${reason}`, {
    hint: 'Pass the value on its own, or only the part of it that is needed.',
  });
}
