// Reads members of untrusted JSON, such as the answer of a provider. A member of another type counts as absent.

export type Fields = Readonly<Record<string, unknown>>;

/** True for an object that is neither a list nor null. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns undefined for any value that is not an object. */
export function fieldsOf(value: unknown): Fields | undefined {
  return isObject(value) ? value : undefined;
}

export function mapFields(fields: Fields, change: (value: unknown, name: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value, name)]));
}

/** Reads an own member of any object, lists included. Returns undefined for one that is absent. */
export function ownMember(value: unknown, name: string | number): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? (value as Readonly<Record<string | number, unknown>>)[name] : undefined;
}

/** Returns an empty object for any value that is not an object. */
export function asFields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** Returns an empty list for any value that is not a list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns undefined for any value that is not a string, and for the empty string. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
