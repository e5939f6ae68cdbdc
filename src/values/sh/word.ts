// Defines a word of a simple command as the lexer has read it.

export interface Word {
  /** Without its quotes; expansions are left out, names of variables are not. */
  text: string;
  /** Holds an expansion, so that its text is not all that the word will be. */
  isDynamic: boolean;
  /** Which references are in it. */
  readonly references: number[];
  /** Where in the text each of these is. */
  readonly offsets: number[];
  /** Names of the variables of the shell that it expands. */
  readonly variables: string[];
  /** Expands one of them outside quotes, so that it may become several words. */
  isSplit?: boolean;
  /** Holds a command substitution, so that its references may not be in the word itself. */
  holdsCommand?: boolean;
  /** Is the name of a pipe to other commands: `<(…)`. */
  isProcess?: boolean;
  /** Holds a command substitution that passes on the stdin of the command: `$(cat)`. */
  takesStdin?: boolean;
}

/** A word that begins with a reference, or names the program with one. */
export interface Opening {
  readonly reference: number;
  /** Its simple command, and where it is in that. */
  readonly words: readonly Word[];
  readonly index: number;
  /** The last one of the references that the stdin of the command may hold. */
  stdin?: number;
}

/** Marks the place of `<<<` in the words of a command. */
export const HERE_STRING = '<<<';

/** Between words. */
export const BLANK: ReadonlySet<string> = new Set([' ', '\t']);

/** Files that are the stdin of a command or were opened before. */
export const STDIN_FILE = /^(?:-|\/dev\/(?:stdin|fd\/\d+)|\/proc\/self\/fd\/\d+)$/u;

/** What `<&3` reads: a file that was opened before. */
export function openedFile(word: Word): Word {
  return /^[3-9]$/u.test(word.text) ? emptyWord(`/dev/fd/${word.text}`) : word;
}

/** `2` of `2>f` and `{log}` of `{log}>f`. A quoted digit is a word. `last`: the character before the redirection. */
export function isDescriptor(word: Word | undefined, last = ''): boolean {
  if (word === undefined) return false;
  const { text, isDynamic } = word;
  return !isDynamic && /^[\d}]$/u.test(last) && /^(?:\d+|\{\w+\})$/u.test(text);
}

/** `A=b` before or behind the name of a program. */
export const ASSIGNMENT = /^(\w+)\+?=/u;

/** Words of a command that a program reads as code. */
export interface CodeWords {
  readonly words: readonly Word[];
  /** Names of files whose content is code. */
  readonly files?: readonly Word[];
  /** What the code is given as `$1`, `$2`, … */
  readonly parameters?: readonly Word[];
  /** The words are scripts of a shell. */
  readonly isShell?: boolean;
  /** Where they are, such as "in code for python3". */
  readonly place: string;
  /**
   * What to write instead. `and os.environ["NAME"] in the code` follows the line that sets the variable; any other text
   * is the whole advice. Absent: `"$NAME"` in the command.
   */
  readonly advice?: string;
}

export function emptyWord(text = ''): Word {
  return { text, isDynamic: false, references: [], offsets: [], variables: [] };
}

/** docker runs this program with the words behind the name of the image. */
export const ENTRY_POINT = '--entrypoint=';

/** The last part of a path, as `/bin/sh` is `sh`; without `.exe`. Also the program that `--entrypoint=` names. */
export function programName({ text }: Word): string {
  if (text.startsWith(ENTRY_POINT)) return programName({ ...emptyWord(text.slice(ENTRY_POINT.length)) });
  const name = text.includes('/') ? text.slice(text.lastIndexOf('/') + 1) : text;
  return name.endsWith('.exe') ? name.slice(0, -'.exe'.length) : name;
}

/** What may be in front of the name of a program, options included. */
const BEFORE_PROGRAM =
  /^(?:if|then|else|elif|while|until|do|!|\{|time|exec|command|builtin|coproc|nohup|setsid|sudo|doas|env|nice|timeout|xargs|\d+[smhd]?|-.*)$/u;

/** Where the name of the program is in a simple command; -1 without one. */
export function programAt(words: readonly Word[]): number {
  return words.findIndex(({ text }) => !BEFORE_PROGRAM.test(text) && !ASSIGNMENT.test(text));
}

/** Ends a group of commands, whose redirections are those of all of them. */
export const GROUP_END = /^(?:\}|done|fi|esac)$/u;
