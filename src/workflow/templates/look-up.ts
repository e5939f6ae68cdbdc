// Follows a reference into a scope: to a value, or to the place where it ends.
import { parseContainer } from '../infer-value.ts';
import type { Reference } from './ast.ts';
import type { Scope } from './scope.ts';

export type LookupResult =
  | { readonly found: true; readonly value: unknown }
  /** `depth` keys of the path were there; `last` is what they led to. Depth -1: the name itself is not there. */
  | { readonly found: false; readonly depth: number; readonly last: unknown };

export function lookUp(reference: Reference, scope: Scope): LookupResult {
  if (!scope.has(reference.name)) return { found: false, depth: -1, last: undefined };
  let value = scope.get(reference.name);
  for (const [depth, key] of reference.path.entries()) {
    const holder = opened(value);
    const next = holder === undefined ? undefined : step(holder, key);
    if (next === undefined) return { found: false, depth, last: holder ?? value };
    value = next;
  }
  return { found: true, value };
}

/** What a path can go into; a text that holds JSON is opened here and nowhere else. */
function opened(value: unknown): object | undefined {
  if (typeof value === 'string') return parseContainer(value);
  return typeof value === 'object' && value !== null ? value : undefined;
}

function step(holder: object, key: string | number): unknown {
  const fits = Array.isArray(holder) === (typeof key === 'number');
  return fits && Object.hasOwn(holder, key) ? (holder as Record<string | number, unknown>)[key] : undefined;
}
