// Finds keys that a line has twice. `JSON.parse` keeps the last value; other readers may keep the first.
import { findDuplicateKeys } from '../../values/duplicate-keys.ts';
import type { LineDamage } from './reading-report.ts';

/** `text`: a line that is JSON. */
export function repeatedKeyDamage(text: string): LineDamage | undefined {
  const [first] = findDuplicateKeys(text);
  if (first === undefined) return undefined;
  const key = first.path === '' ? first.key : `${first.path}.${first.key}`;
  return { code: 'key-repeated', why: `the key "${key}" is there twice: readers may see either value` };
}
