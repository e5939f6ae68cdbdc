// Objects whose optional members are absent rather than undefined, as JSON has them.

// A member of type `unknown` stays required: whether it can be absent is not in its type.
type OptionalKeys<T> = {
  [K in keyof T]-?: unknown extends T[K] ? never : undefined extends T[K] ? K : never;
}[keyof T];

/** `T` with every member that may be undefined made optional. */
export type Present<T> = { [K in Exclude<keyof T, OptionalKeys<T>>]: T[K] } & {
  [K in OptionalKeys<T>]?: Exclude<T[K], undefined>;
};

/**
 * Copies `value` without the members that are undefined. Code that runs once per event does not use it, since it
 * allocates. A member that is computed from the absent value is a conditional spread: `x === undefined ? {} : { y: f(x)
 * }`.
 */
export function present<T extends object>(value: T): Present<T> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = value[key as keyof T];
    if (member !== undefined) copy[key] = member;
  }
  return copy as Present<T>;
}
