// Finds the references in a template: `${name.path}`. `$${` is text.

const REFERENCE = /\$?\$\{([^{}]*)\}/gu;

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
  return [...text.matchAll(REFERENCE)].flatMap(([whole, inner = '']) => {
    if (whole.startsWith('$${')) return [];
    const reference = (inner.split('|')[0] ?? '').trim();
    const [name = ''] = /^[^\s.[\]]+/u.exec(reference) ?? [];
    return name === '' ? [] : [{ text: reference, name, path: pathOf(reference.slice(name.length)) }];
  });
}

/** Splits `a.b[0]["c d"]` into its keys. */
export function pathOf(text: string): string[] {
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
