// What was piped in. A terminal, a closed or an empty stdin is no input, and nothing waits for it.
import { fstatSync } from 'node:fs';

/** True for a pipe or a redirected file: something that ends by itself. Some programs pipe through a socket. */
export function isPiped(): boolean {
  try {
    const kind = fstatSync(0);
    return kind.isFIFO() || kind.isSocket() || kind.isFile();
  } catch {
    return false;
  }
}

/** All of stdin as text, without one trailing newline; undefined when it was empty. */
export async function readStdin(): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/u, '');
  return text === '' ? undefined : text;
}

/** As long as a pipe may be silent before nobody is waited for any more. */
const SILENCE_MS = 1_000;

/**
 * All of stdin where something is piped in, without being told that it will be: a pipe that somebody has left open and
 * says nothing is no input, and is let go.
 */
export async function readStdinIfPiped(): Promise<string | undefined> {
  if (!isPiped()) return undefined;
  const begun = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(resolve, SILENCE_MS, false);
    const ready = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    process.stdin.once('readable', ready).once('end', ready).once('error', ready);
  });
  if (begun) return readStdin();
  process.stdin.destroy();
  return undefined;
}
