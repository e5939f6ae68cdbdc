// Reads JSON objects of unknown form.

export type Members = Readonly<Record<string, unknown>>;

/** Returns undefined for anything but an object. */
export function membersOf(value: unknown): Members | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Members) : undefined;
}

export function mapMembers(members: Members, change: (value: unknown, name: string) => unknown): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value, name)]));
}
