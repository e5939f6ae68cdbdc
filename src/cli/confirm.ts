// Asks a person for a yes. Without one at a terminal nothing is asked, and the caller says which flag means yes.
import { createInterface } from 'node:readline/promises';
import { printable } from './printable.ts';

/** True where a person can be asked: both the answer and the question need a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Only y or yes is a yes; an end of the input is none. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => {
      lines.once('close', () => {
        resolve('');
      });
    });
    const answer = await Promise.race([lines.question(`${printable(question)} [y/N] `), closed]);
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
  }
}
