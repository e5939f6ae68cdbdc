// Writes untrusted text into a prompt as JSON, which cannot close the tag around it.
import { exactJsonText } from '../values/exact-json.ts';

/** Leaves no `<`, so that no closing tag can be written. */
export function asData(value: unknown): string {
  return (exactJsonText(value, undefined, String) ?? 'null').replaceAll('<', '\\u003c');
}

const TAG = /<(?=\/?(?:request|workflow|values|inputs|saved)>)/gu;

/** Escapes only what would open or close a tag of a prompt. */
export function escapeTags(text: string): string {
  return text.replace(TAG, '\\u003c');
}
