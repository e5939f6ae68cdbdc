// Looks up a reference in a scope.
import { PflowError } from '../../errors.ts';
import { JsonNumberError } from '../../values/exact-json.ts';
import { removeJsonFence } from '../../values/fenced-json.ts';
import { parseContainer } from '../infer-value.ts';
import type { PlainReference } from './ast.ts';
import { printReference } from './print-template.ts';
import type { Scope } from './scope.ts';

export type LookupResult =
  | { readonly found: true; readonly value: unknown }
  /** The first `depth` keys of the path exist and lead to `last`. Depth -1: the name itself does not exist. */
  | { readonly found: false; readonly depth: number; readonly last: unknown };

/** Throws TEMPLATE_UNRESOLVED if JSON text on the path has a number that is too large. */
export function lookUp(reference: PlainReference, scope: Scope): LookupResult {
  if (!scope.has(reference.name)) return { found: false, depth: -1, last: undefined };
  let value = scope.get(reference.name);
  for (const [depth, key] of reference.path.entries()) {
    const holder = asContainer(value, reference);
    const next = holder === undefined ? undefined : getMember(holder, key);
    if (next === undefined) return { found: false, depth, last: holder ?? value };
    value = next;
  }
  return { found: true, value };
}

/** Returns an object or an array. A text with JSON, or with one fenced block of it, is parsed here only. */
function asContainer(value: unknown, reference: PlainReference): object | undefined {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? value : undefined;
  try {
    return parseContainer(removeJsonFence(value));
  } catch (error) {
    if (!(error instanceof JsonNumberError)) throw error;
    const shown = '${' + printReference(reference.name, reference.path) + '}';
    throw new PflowError('TEMPLATE_UNRESOLVED', `${shown} cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

function getMember(holder: object, key: string | number): unknown {
  const fits = Array.isArray(holder) === (typeof key === 'number');
  return fits && Object.hasOwn(holder, key) ? (holder as Record<string | number, unknown>)[key] : undefined;
}
