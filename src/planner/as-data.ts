// Words of strangers as they stand in a prompt: as JSON, in which nothing can end the place that they stand in.

/** No `<` is left, so no closing tag can be written. */
export function asData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
