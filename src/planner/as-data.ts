// Words of strangers as they stand in a prompt: as JSON, in which nothing can end the place that they stand in.

/** No `<` is left, so no closing tag can be written. */
export function asData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

const TAG = /<(?=\/?(?:request|workflow|values|inputs|saved)>)/gu;

/** Words that must stay as they are: only what would open or close a place of a prompt is written out. */
export function escapeTags(text: string): string {
  return text.replace(TAG, '\\u003c');
}
