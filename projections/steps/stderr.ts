// Finds in store changes what a command wrote to stderr.
import type { EventOf } from '../../src/events/event.ts';
import { ownMember } from '../../src/values/json-fields.ts';

const KEPT_BYTES = 2_048;

/** Returns undefined if stderr did not change, and an empty text if it was removed. */
export function stderrIn({ node, data }: EventOf<'store.changed'>): string | undefined {
  let found: string | undefined;
  for (const { op, path, value } of data.patches) {
    const [key, member, ...rest] = path;
    // The part of the store that belongs to a node has its path as the key.
    if (String(key) !== node || rest.length > 0) continue;
    if (member === undefined) found = textOf(ownMember(value, 'stderr'));
    else if (member === 'stderr') found = op === 'remove' ? '' : textOf(value);
  }
  return found;
}

/** Keeps the end of the text: at most 2 KB in UTF-8, and no half character. */
function textOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  const characters = Array.from(value.slice(-KEPT_BYTES));
  let bytes = 0;
  let start = characters.length;
  while (start > 0) {
    bytes += utf8Length(characters[start - 1] ?? '');
    if (bytes > KEPT_BYTES) break;
    start -= 1;
  }
  return characters.slice(start).join('');
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
