// What a payload can hold: exactly what JSON can say, so that what was written is what is read.

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
