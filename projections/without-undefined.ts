// Optional fields are left out, never there as `undefined`: a result is what JSON can say.

type Present<T> = { [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> : T[K] };

export function withoutUndefined<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}
