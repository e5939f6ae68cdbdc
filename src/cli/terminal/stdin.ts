// Reads piped input. A terminal, a closed stdin and an empty one are no input, and are not waited for.
import { fstatSync } from 'node:fs';

/** True for a pipe or a redirected file, which end by themselves. Some programs pipe through a socket. */
export function isPiped(): boolean {
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isSocket() || stats.isFile();
  } catch {
    return false;
  }
}

/** Returns all of stdin as text without one trailing newline; undefined if it was empty. */
export async function readStdin(): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/u, '');
  return text === '' ? undefined : text;
}

/** How long an open pipe may stay silent before it counts as no input. */
const MAX_SILENCE_MS = 1_000;

/** Reads stdin if something is piped in. Gives up a pipe that stays open and sends nothing. */
export async function readStdinIfPiped(): Promise<string | undefined> {
  if (!isPiped()) return undefined;
  const hasBegun = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(resolve, MAX_SILENCE_MS, false);
    const begin = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    process.stdin.once('readable', begin).once('end', begin).once('error', begin);
  });
  if (hasBegun) return readStdin();
  process.stdin.destroy();
  return undefined;
}
