// Whether what was given in the place of a workflow is a sentence: one argument with a space in it that is no file and
// does not look like one.
import { existsSync } from 'node:fs';

/** `words` are those of the command line without flags. Whoever says `run` means a file or a saved name. */
export function isSentence(text: string, words: readonly string[]): boolean {
  if (words[0] === 'run' || !/\S\s+\S/u.test(text)) return false;
  return !/\.json$/iu.test(text.trim()) && !existsSync(text);
}
