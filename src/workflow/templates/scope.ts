// What templates can see. Only own properties count: nothing that a prototype brings along is a value.

export interface Scope {
  has(name: string): boolean;
  get(name: string): unknown;
  names(): readonly string[];
}

/** The first source that has a name gives its value: inputs before the store. */
export function createLayeredScope(...sources: readonly Readonly<Record<string, unknown>>[]): Scope {
  const holder = (name: string): Readonly<Record<string, unknown>> | undefined =>
    sources.find((source) => Object.hasOwn(source, name) && source[name] !== undefined);
  return {
    has: (name) => holder(name) !== undefined,
    get: (name) => holder(name)?.[name],
    names: () => [...new Set(sources.flatMap((source) => Object.keys(source)))],
  };
}
