// Careful reading of what a provider sent: nothing there is trusted to have the type it should have.

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is something else. */
export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A count of tokens or calls; undefined for an absent count, or one that cannot be added exactly. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
