// Reads one file of a package tarball: gzip around tar, in memory. No file is written and no code is run.
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;
const MAX_BYTES = 64 * 1024 * 1024;

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0.*$/s, '');

/** Returns the text of a file in a tarball, or undefined without such a file. Throws for a damaged archive. */
export function readTarFile(tarball: Uint8Array, path: string): string | undefined {
  const tar = gunzipSync(tarball, { maxOutputLength: MAX_BYTES });
  let at = 0;
  while (at + BLOCK <= tar.length) {
    const header = tar.subarray(at, at + BLOCK);
    const name = textOf(header.subarray(0, 100));
    if (name === '') return undefined;
    const size = parseInt(textOf(header.subarray(124, 136)).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new Error('the archive is damaged');
    const start = at + BLOCK;
    if (name === path) {
      if (start + size > tar.length) throw new Error('the archive ends too early');
      return tar.subarray(start, start + size).toString('utf8');
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
