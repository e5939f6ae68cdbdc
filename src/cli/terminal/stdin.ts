// Reads piped input as text. A terminal and a closed stdin are not input, and are not waited for.
import { fstatSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { PflowError } from '../../errors.ts';
import { wideEncodingOf } from '../../values/wide-text.ts';
import { currentReadLimit } from '../../files/pipe-chunks.ts';
import { LONGEST_TIMER_MS } from '../../flow/deadline.ts';

const state = { isReserved: false };

/** Keeps commands from reading stdin, which carries messages of a protocol. */
export function reserveStdin(): void {
  state.isReserved = true;
}

/** True for a pipe or a redirected file, which end by themselves. Some programs pipe through a socket. */
export function isPiped(): boolean {
  const stats = statStdin();
  return stats !== undefined && (stats.isFIFO() || stats.isSocket() || stats.isFile());
}

function statStdin(): Stats | undefined {
  if (state.isReserved) return undefined;
  try {
    return fstatSync(0);
  } catch {
    return undefined;
  }
}

/** Returns all of stdin as text, without a byte order mark. Throws INPUT_INVALID for bytes that are not UTF-8. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  const release = limitStdin();
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  } finally {
    release();
  }
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isWide = wideEncodingOf(bytes) !== undefined;
    throw new PflowError('INPUT_INVALID', 'what is piped in is not text in UTF-8', {
      hint: isWide
        ? 'It is in UTF-16: pipe it through iconv -f UTF-16 -t UTF-8.'
        : 'Save it as a file and read that with a read-file node, with "encoding": "base64" for binary files.',
      cause,
    });
  }
}

/** Ends the reading of stdin with the time limit of the command. Returns the function that lifts the limit. */
function limitStdin(): () => void {
  const limit = currentReadLimit();
  if (limit === undefined) return () => undefined;
  const { endsAt, createError } = limit;
  const stop = (): void => {
    process.stdin.destroy(createError('stdin'));
  };
  const timer = setTimeout(stop, Math.min(endsAt - performance.now(), LONGEST_TIMER_MS));
  return () => {
    clearTimeout(timer);
  };
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
  if (!hasBegun) {
    process.stdin.destroy();
    return undefined;
  }
  const text = await readStdin();
  return text === '' ? undefined : text;
}

/**
 * Starts to look whether anything is piped in, without waiting for it. The result is to be taken once, at the end. A
 * file is not read; of a pipe the first bytes are.
 */
export function watchStdin(): () => Promise<boolean> {
  if (state.isReserved) return () => Promise.resolve(false);
  const stats = statStdin();
  if (stats?.isFile() === true) return () => Promise.resolve(stats.size > 0);
  let hasData = false;
  const look = (): void => {
    hasData ||= process.stdin.readableLength > 0;
  };
  process.stdin.on('readable', look).on('error', look);
  (process.stdin as { unref?: () => void }).unref?.();
  return async () => {
    // What has arrived is reported within one turn of the event loop.
    await setImmediate();
    await setImmediate();
    look();
    process.stdin.destroy();
    return hasData;
  };
}
