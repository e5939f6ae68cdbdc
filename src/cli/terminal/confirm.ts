// Prompts for a confirmation on the terminal.
import { createInterface } from 'node:readline';
import { colour, renderColour } from './colour.ts';
import type { Terminal } from './terminal.ts';

interface Confirmation {
  /** What the prompt is about, printed above it. */
  readonly lines: readonly string[];
  /** For example `Run this?`. */
  readonly prompt: string;
}

/**
 * Resolves to true for the answers `y` and `yes`. Every other answer and the end of stdin resolve to false. Throws the
 * reason of `signal` once that is aborted.
 */
export async function confirmAction(
  { lines, prompt }: Confirmation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const { caller } = terminal;
  if (caller?.confirm !== undefined)
    return caller.confirm([...lines, renderColour(prompt, false)].join('\n'));
  for (const line of lines) terminal.err(`${line}\n`);
  terminal.err(`${colour.bold(prompt)} [y/N] `);
  // With `terminal: true` readline would take Ctrl-C, which is to stay a signal.
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
