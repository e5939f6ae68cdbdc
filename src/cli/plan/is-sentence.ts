// Decides whether the first argument is a sentence. A sentence has a space in it, is not a file, and does not end in
// .json.
import { existsSync } from 'node:fs';

/** `words` are the command line without options. `pflow run` takes a file or a saved name only. */
export function isSentence(text: string, words: readonly string[]): boolean {
  if (words[0] === 'run' || !/\S\s+\S/u.test(text)) return false;
  return !/\.json$/iu.test(text.trim()) && !existsSync(text);
}
