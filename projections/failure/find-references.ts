// Finds the references in a template: `${name.path}`. `$${` is text.

export interface FoundReference {
  /** Without `${}`. */
  readonly text: string;
  readonly name: string;
  readonly path: readonly string[];
}

/** Lists the references in every text of a param, each once. */
export function findReferences(template: unknown): FoundReference[] {
  const found = new Map<string, FoundReference>();
  const pending: unknown[] = [template];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') {
      for (const one of referencesIn(value)) found.set(one.text, one);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value).toReversed()) pending.push(inner);
    }
  }
  return [...found.values()];
}

function referencesIn(text: string): FoundReference[] {
  const found: FoundReference[] = [];
  // Every template of a run passes here: cut by hand, which takes a third of the time of an expression.
  for (let at = text.indexOf('${'), from = 0; at >= 0; at = text.indexOf('${', from)) {
    const isText = at > from && text.charAt(at - 1) === '$';
    const end = text.indexOf('}', at);
    if (end < 0) break;
    const inner = text.slice(at + 2, end);
    from = inner.includes('{') ? at + 2 : end + 1;
    const reference = isText || from === at + 2 ? undefined : referenceOf(inner);
    if (reference !== undefined) found.push(reference);
  }
  return found;
}

/** Undefined for a reference without a name. */
function referenceOf(inner: string): FoundReference | undefined {
  const bar = inner.indexOf('|');
  const text = (bar < 0 ? inner : inner.slice(0, bar)).trim();
  const end = text.search(/[\s.[\]]/u);
  const name = end < 0 ? text : text.slice(0, end);
  return name === '' ? undefined : { text, name, path: pathOf(text.slice(name.length)) };
}

/** Splits `a.b[0]["c d"]` into its keys. */
export function pathOf(text: string): string[] {
  if (!/[[\]\s]/u.test(text)) return text.split('.').filter((key) => key !== '');
  return [...text.matchAll(/([^.[\]\s]+)|\["([^"]*)"\]|\[([^[\]"]*)\]/gu)].map(
    ([, member, quoted, index]) => quoted ?? index?.trim() ?? member ?? '',
  );
}

/** Returns undefined where the value has no such part. */
export function lookUpPath(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}
