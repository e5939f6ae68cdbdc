// Defines the filters of templates. `${x | raw}` applies the filter `raw` to the value of `x`.
import { PflowError } from '../../errors.ts';
import { JsonNumberError, parseExactJson } from '../../values/exact-json.ts';
import { removeJsonFence } from '../../values/fenced-json.ts';
import { findJsonFault } from '../../values/json-fault.ts';
import { placeOf } from '../../values/text-place.ts';

/**
 * `raw` pastes a value into a command as it is, where it may become code. `json` turns JSON text into its value; any
 * other value stays as it is.
 */
export const FILTERS = ['raw', 'json'] as const;

export type Filter = (typeof FILTERS)[number];

/** `shown` is the expression, for errors. Throws TEMPLATE_UNRESOLVED for a text that is not JSON. */
export function applyFilter(value: unknown, filter: Filter, shown: string): unknown {
  if (filter === 'raw' || typeof value !== 'string') return value;
  const json = removeJsonFence(value.startsWith('\uFEFF') ? value.slice(1) : value);
  try {
    return parseExactJson(json);
  } catch (cause) {
    throw new PflowError('TEMPLATE_UNRESOLVED', `${shown} cannot be read: ${describeFault(json, cause)}`, {
      hint: 'Without the filter "json" it is used as text.',
      cause,
    });
  }
}

/** Names the first bad character and its place. */
function describeFault(json: string, cause: unknown): string {
  if (cause instanceof JsonNumberError) return cause.message;
  const fault = findJsonFault(json);
  if (fault === undefined) return 'it is not JSON';
  const { line, column } = placeOf(json, fault.position);
  const character = String.fromCodePoint(json.codePointAt(fault.position) ?? 0x20);
  const found = fault.position < json.length ? `${JSON.stringify(character)} at ` : '';
  return `it is not JSON: ${fault.message} (${found}line ${String(line)}, column ${String(column)})`;
}
