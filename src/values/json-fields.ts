// Reads members of untrusted JSON, such as the answer of a provider. A member of another type counts as absent.

export type Fields = Readonly<Record<string, unknown>>;

/** Returns an empty object for any value that is not an object. */
export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Returns an empty list for any value that is not a list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns undefined for any value that is not a string, and for the empty string. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
