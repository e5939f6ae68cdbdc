// Defines the names that templates can refer to. Only own properties count, never those of a prototype.

export interface Scope {
  has(name: string): boolean;
  get(name: string): unknown;
  names(): readonly string[];
}

/** The first source with a name gives its value, so inputs come before the store. */
export function createLayeredScope(...sources: readonly Readonly<Record<string, unknown>>[]): Scope {
  const holder = (name: string): Readonly<Record<string, unknown>> | undefined =>
    sources.find((source) => Object.hasOwn(source, name) && source[name] !== undefined);
  return {
    has: (name) => holder(name) !== undefined,
    get: (name) => holder(name)?.[name],
    names: () => [...new Set(sources.flatMap((source) => Object.keys(source)))],
  };
}
