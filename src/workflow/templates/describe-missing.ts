// Describes a reference that does not resolve: the available names and the nearest one. Never shows values, only names
// and types.
import { findNearestName } from '../../values/nearest-name.ts';
import { kindOf, withArticle } from '../../values/json-kind.ts';
import type { PlainReference } from './ast.ts';
import type { LookupResult } from './look-up.ts';
import { printReference } from './print-template.ts';
import type { Scope } from './scope.ts';

const MAX_NAMES = 20;
const SYSTEM_KEY = /^__.*__$/;

/** Returns lines for the details of an error. */
export function describeMissing(
  reference: PlainReference,
  found: Extract<LookupResult, { found: false }>,
  scope: Scope,
): readonly string[] {
  if (found.depth < 0) {
    const names = scope.names().filter((name) => !SYSTEM_KEY.test(name));
    const available = listNames(names, (name) => scope.get(name));
    const nearest = findNearestName(reference.name, names);
    return [`available: ${available}`, ...suggest(nearest && printReference(nearest, reference.path))];
  }
  const holder = printReference(reference.name, reference.path.slice(0, found.depth));
  const { last } = found;
  if (Array.isArray(last)) {
    const items = last.length === 1 ? '1 item' : `${String(last.length)} items`;
    return [`${holder} has ${items}`, ...suggestIndex(reference, found)];
  }
  if (typeof last !== 'object' || last === null) return [`${holder} is ${withArticle(kindOf(last))}`];
  const record = last as Record<string, unknown>;
  const nearest = findNearestName(String(reference.path[found.depth]), Object.keys(record));
  const fixed = reference.path.with(found.depth, nearest ?? '');
  return [
    `${holder} has: ${listNames(Object.keys(record), (key) => record[key])}`,
    ...suggest(nearest === undefined ? undefined : printReference(reference.name, fixed)),
  ];
}

/** Suggests `a[0]` for `a.0`. */
function suggestIndex(
  reference: PlainReference,
  found: Extract<LookupResult, { found: false }>,
): readonly string[] {
  const key = reference.path[found.depth];
  if (typeof key !== 'string' || !/^\d{1,15}$/.test(key)) return [];
  return suggest(printReference(reference.name, reference.path.with(found.depth, Number(key))));
}

function listNames(names: readonly string[], valueOf: (name: string) => unknown): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, MAX_NAMES).map((name) => `${name} (${kindOf(valueOf(name))})`);
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}

function suggest(reference: string | undefined): readonly string[] {
  return reference === undefined ? [] : ['did you mean ${' + reference + '}?'];
}
