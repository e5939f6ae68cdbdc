// Defines a word of a simple command as the lexer has read it.

export interface Word {
  /** Without its quotes; expansions are left out. */
  text: string;
  /** Holds an expansion, so that its text is not all that the word will be. */
  isDynamic: boolean;
  /** Which references are in it. */
  readonly references: number[];
  /** Where in the text each of these is. */
  readonly offsets: number[];
}

/** Marks the place of `<<<` in the words of a command. */
export const HERE_STRING = '<<<';

/** Words of a command that a program reads as code. */
export interface CodeWords {
  readonly words: readonly Word[];
  /** Where they are, such as "in code for python3". */
  readonly place: string;
  /**
   * What to write instead. `and os.environ["NAME"] in the code` follows the line that sets the variable; any other text is
   * the whole advice. Absent: `"$NAME"` in the command.
   */
  readonly advice?: string;
}

/** The last part of a path, as `/bin/sh` is `sh`; without `.exe`. */
export function programName({ text }: Word): string {
  return text.slice(text.lastIndexOf('/') + 1).replace(/\.exe$/u, '');
}
