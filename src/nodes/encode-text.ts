// Encodes text to bytes for a file. Throws for a text that the encoding cannot hold, instead of changing it.
import type { FileEncoding } from './file-params.ts';

/** Throws an Error whose message is the reason. */
export function encodeText(text: string, encoding: FileEncoding): Buffer {
  const reason = findFault(text, encoding);
  if (reason !== undefined) throw new Error(reason);
  return Buffer.from(text, encoding);
}

function findFault(text: string, encoding: FileEncoding): string | undefined {
  if (encoding === 'base64') return isBase64(text) ? undefined : 'its content is not base64';
  if (encoding === 'latin1') {
    const [wide] = /[^\0-\xff]/u.exec(text) ?? [];
    return wide === undefined ? undefined : `Latin-1 has no character ${JSON.stringify(wide)}`;
  }
  // Half of a pair would become U+FFFD.
  const half = encoding === 'utf-8' ? /\p{Surrogate}/u.exec(text)?.[0] : undefined;
  return half === undefined ? undefined : `UTF-8 cannot hold half a character, ${JSON.stringify(half)}`;
}

/** Permits line breaks, and both alphabets. */
function isBase64(text: string): boolean {
  const digits = text.replace(/\s+/gu, '');
  return /^[\w+/-]*={0,2}$/u.test(digits) && digits.replace(/=+$/u, '').length % 4 !== 1;
}
