// Lists the names that exist, for the message about one that does not.
import { headOf } from './cut-text.ts';

const MOST_NAMES = 40;
const LONGEST_NAME = 100;

/** Returns `a, b, c`. Of many names the first, so that a file with many faults has a message that can be read. */
export function joinNames(names: readonly string[], otherwise = 'nothing'): string {
  if (names.length === 0) return otherwise;
  const shown = names.slice(0, MOST_NAMES).map((name) => headOf(name, LONGEST_NAME));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${String(more)} more`}`;
}
