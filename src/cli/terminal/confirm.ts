// Prompts for a confirmation on the terminal, after the lines it is about. Everything but a plain yes is a no.
import { createInterface } from 'node:readline';
import { colour } from './colour.ts';
import type { Terminal } from './terminal.ts';

export interface Confirmation {
  readonly lines: readonly string[];
  /** Such as `Run this?`. */
  readonly prompt: string;
}

/** Throws the reason of `signal` when that ends the waiting. */
export async function confirmAction(
  { lines, prompt }: Confirmation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  for (const line of lines) terminal.err(`${line}\n`);
  terminal.err(`${colour.bold(prompt)} [y/N] `);
  // Without a terminal of its own, so that Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, terminal: false });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const stop = (): void => {
        reject(signal.reason as Error);
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      reader.once('line', (line) => {
        signal.removeEventListener('abort', stop);
        resolve(/^\s*(?:y|yes)\s*$/iu.test(line));
      });
      reader.once('close', () => {
        resolve(false);
      });
    });
  } finally {
    reader.close();
    process.stdin.pause();
  }
}
