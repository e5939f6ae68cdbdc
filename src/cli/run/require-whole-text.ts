// Refuses texts of the process whose bytes are not UTF-8: Node.js has replaced such bytes without a report.
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { PflowError } from '../../errors.ts';

const REPLACEMENT = '\uFFFD';

/** Where Linux keeps the bytes with which the process was started. Elsewhere they cannot be seen. */
const SOURCES = { argument: '/proc/self/cmdline', variable: '/proc/self/environ' } as const;

/** `text` is the whole `name=value`. Throws INPUT_INVALID where a byte of it was replaced. */
export function requireWholeText(text: string, source: keyof typeof SOURCES): void {
  if (!text.includes(REPLACEMENT) || !hasLostBytes(text, SOURCES[source])) return;
  const name = text.slice(0, text.indexOf('='));
  throw new PflowError('INPUT_INVALID', `input "${name}" is not text in UTF-8`, {
    hint: 'Save it as a file and read that with a read-file node, with "encoding": "latin1" or "base64".',
  });
}

/** A text that has the character itself has lost nothing. */
function hasLostBytes(text: string, path: string): boolean {
  return wordsOf(path).some((bytes) => !isUtf8(bytes) && bytes.toString() === text);
}

function wordsOf(path: string): readonly Buffer[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return [];
  }
  const words: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0, from);
    const to = end < 0 ? bytes.length : end;
    words.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return words;
}
