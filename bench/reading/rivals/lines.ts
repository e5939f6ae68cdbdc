// The lines of a file as text: large pieces, cut at the newline. The least that reading line by line can cost in Node.
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Takes every line that ends in a newline, without it. No line may be longer than 1 MiB. */
export function eachLine(path: string, take: (line: string) => void): void {
  const file = openSync(path, 'r');
  const bytes = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  let held = 0;
  for (;;) {
    const count = readSync(file, bytes, held, CHUNK_BYTES, null);
    if (count === 0) break;
    const filled = bytes.subarray(0, held + count);
    let start = 0;
    for (let end = filled.indexOf(NEWLINE); end >= 0; end = filled.indexOf(NEWLINE, start)) {
      take(filled.toString('utf8', start, end));
      start = end + 1;
    }
    bytes.copyWithin(0, start, filled.length);
    held = filled.length - start;
  }
  closeSync(file);
}
