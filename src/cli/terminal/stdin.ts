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

/** How long a pipe may be silent before it is taken as empty. */
const SILENCE_MS = 1_000;

/**
 * Reads all of stdin where something is piped in. A pipe that stays open and silent is no input, and is released.
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
