// Finds the words of a simple command that another program reads as code: `eval`, `sh -c`, `python3 -c`, `ssh host`.
import { interpretedWords, interpreterOf, isCommand } from './interpreters.ts';
import { ENTRY_POINT, HERE_STRING, programName, type CodeWords, type Word } from './word.ts';

export const SHELLS =
  /^(?:sh|r?(?:bash|zsh|ksh)|dash|[lmo]ksh|ksh93|pdksh|ash|yash|posh|hush|csh|tcsh|ion|brush|busybox)$/u;
/** Run their arguments as commands, or take names that some shells evaluate. */
const EVALUATORS = /^(?:trap|alias|watch|let|unset)$/u;
/** Run the file that they are given. */
export const SOURCE = /^(?:\.|source)$/u;
const DECLARATION = /^(?:declare|typeset|local|export|readonly|read|mapfile|readarray|printf)$/u;
export const REMOTE_SHELL = /^(?:ssh|autossh|slogin|rsh|remsh|plink)$/u;
const OTHER_PROGRAM = /^(?:eval|parallel|\[\[|\.|source)$/u;
/** Options of ssh whose value is run: `ProxyCommand`. */
const SSH_COMMAND = /^(?:-o *)?\w*command[ =]/iu;
/** Options of ssh that take a value. */
const SSH_VALUE_OPTION = /^-[bcDEeFIiJLlmOopQRSWw]$/u;
/** Compares numbers, which some shells evaluate: `a[$(…)]` is one. */
const ARITHMETIC_TEST = /^-(?:eq|ne|lt|le|gt|ge)$/u;

/** Where a reference is, and how code there reads a variable. */
export type CodePlace = Pick<CodeWords, 'place' | 'advice'>;

/** Each program looks at all words behind it. No command that a person reads names more of them. */
const MOST_PROGRAMS = 50;

/** Words of a simple command that become code, and names of files whose content does. */
export function codeWordsOf(words: readonly Word[], programs = programsIn(words)): readonly CodeWords[] {
  if (programs === undefined) return [{ words, place: 'in a command that names too many programs' }];
  return programs.map(([index, word]) => codeWords(words, word, index));
}

/** Words that may name what runs code, with their places. Undefined: too many of them. */
export function programsIn(words: readonly Word[]): readonly (readonly [number, Word])[] | undefined {
  const found: (readonly [number, Word])[] = [];
  for (const [index, word] of words.entries()) if (mayRunCode(word, index)) found.push([index, word]);
  if (found.length > MOST_PROGRAMS) return undefined;
  const names = new Set<Word | undefined>();
  return found.filter(([index, word]) => {
    if (names.has(word)) return false;
    // The word behind a script is its name, as in `sh -c '…' sh "$a"`.
    if (SHELLS.test(programName(word))) names.add(shellCode('', words.slice(index + 1)).parameters?.[0]);
    return true;
  });
}

/** Whether a word can name what runs other words or its stdin. */
function mayRunCode(word: Word, index: number): boolean {
  return (word.isDynamic && index === 0) || isProgram(programName(word));
}

/** Names that were looked up: most words of a command occur again in the next one. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 1_000;
const LONGEST_NAME = 40;

function isProgram(name: string): boolean {
  if (name.length > LONGEST_NAME) return false;
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const found =
    [REMOTE_SHELL, OTHER_PROGRAM, SHELLS, EVALUATORS, DECLARATION].some((names) => names.test(name)) ||
    interpreterOf(name) !== undefined;
  known.set(name, found);
  return found;
}

const NO_CODE: CodeWords = { words: [], place: '' };

function codeWords(words: readonly Word[], word: Word, index: number): CodeWords {
  const [name, before, after] = [programName(word), words.slice(0, index), words.slice(index + 1)];
  if (REMOTE_SHELL.test(name))
    return {
      words: [...remoteWords(after), ...after.filter((option, at) => isSshCommand(option, after[at - 1]))],
      place: 'in a command for another machine',
      advice: REMOTE,
    };
  if (SHELLS.test(name)) return shellWords(name, isEntryPoint(word, before) ? behindImage(after) : after);
  if (word.isDynamic && index === 0) return shellCode('a shell', after);
  if (name === 'eval') return { words: after, isShell: true, place: 'in the arguments of eval' };
  if (SOURCE.test(name) && isCommand(before)) return { words: [], files: after.slice(0, 1), place: SOURCED };
  return (
    (isCommand(before) ? evaluatedWords(name, after) : undefined) ??
    interpretedWords(word, before, after) ??
    NO_CODE
  );
}

/** Whether ssh runs the value of an option: `-o ProxyCommand=…`, or one whose name is in a value. */
function isSshCommand({ text, offsets }: Word, before: Word | undefined): boolean {
  if (SSH_COMMAND.test(text)) return true;
  const isOption = before?.text === '-o';
  return (isOption && offsets[0] === 0) || (text.startsWith('-o') && offsets[0] === '-o'.length);
}

const SOURCED = 'in a file that a shell runs';
const REMOTE = 'write "stdin": "TEMPLATE", and "$(cat)" in the command for the other machine';

/** `docker run --entrypoint sh IMAGE -c '…'`: the name of the image is in front of the words for the shell. */
function isEntryPoint({ text }: Word, before: readonly Word[]): boolean {
  return text.startsWith(ENTRY_POINT) || `${before.at(-1)?.text ?? ''}=` === ENTRY_POINT;
}

function behindImage(words: readonly Word[]): readonly Word[] {
  const at = words.findIndex(({ text }) => /^-[a-zA-Z]*c/u.test(text));
  return at < 0 ? [] : words.slice(at);
}

function shellWords(name: string, after: readonly Word[]): CodeWords {
  return behindOption(name, after) ?? shellCode(name, after);
}

/** What builtins of a shell evaluate, or a program hands to a shell. */
function evaluatedWords(name: string, after: readonly Word[]): CodeWords | undefined {
  if (EVALUATORS.test(name)) return { words: after, isShell: true, place: `in the arguments of ${name}` };
  if (name === 'parallel') {
    const end = after.findIndex(({ text }) => /^:::/u.test(text));
    return { words: end < 0 ? after : after.slice(0, end), place: 'in a command for parallel' };
  }
  const named = after.filter(
    (word, at) => namesVariable(name, at, after) && (isNameGiven(word) || isNameInVariable(word)),
  );
  if (named.length > 0) return { words: named, place: 'in the name of a variable of the shell' };
  const isTest = name === '[[' && after.some(({ text }) => ARITHMETIC_TEST.test(text));
  const isInteger = DECLARATION.test(name) && after.some(({ text }) => /^-[a-zA-Z]*i/u.test(text));
  return isTest || isInteger ? { words: after, place: 'inside arithmetic' } : undefined;
}

/** Some shells evaluate the brackets in the name of a variable: `a[$(…)]`. */
function namesVariable(name: string, at: number, after: readonly Word[]): boolean {
  if (/^(?:declare|typeset|local)$/u.test(name)) return true;
  if (name === 'printf') return after[at - 1]?.text === '-v';
  const value = name === 'read' ? /^-[dinNptu]$/u : /^-[dnOsuc]$/u;
  // What comes behind -C is run for each line.
  return /^(?:read|mapfile|readarray)$/u.test(name) && !value.test(after[at - 1]?.text ?? '');
}

/** Whether a value is in front of the equals sign, or is all there is. */
function isNameGiven({ text, offsets }: Word): boolean {
  const end = text.indexOf('=');
  return offsets.some((offset) => end < 0 || offset <= end);
}

/** `printf -v "$NAME"`: the variable is all there is. */
function isNameInVariable({ text, variables }: Word): boolean {
  const [name] = variables;
  return variables.length === 1 && (text === '' || text === `$${name ?? ''}`);
}

function shellCode(shell: string, after: readonly Word[]): CodeWords {
  const hereString = after.findIndex(({ text }) => text === HERE_STRING);
  const { word, isCode } = scriptOf(after);
  return {
    words: [
      ...(isCode && word !== undefined ? [word] : []),
      ...(hereString < 0 ? [] : after.slice(hereString + 1, hereString + 2)),
    ],
    parameters: word === undefined || !isCode ? [] : after.slice(after.indexOf(word) + 1),
    files: isCode || word === undefined ? [] : [word],
    isShell: true,
    place: `in a script for ${shell}`,
  };
}

interface Script {
  readonly word: Word | undefined;
  /** The word is the script itself and not the name of its file. */
  readonly isCode: boolean;
  /** `--` precedes it, so that it is no option. */
  readonly isEnded?: boolean;
}

/** An expansion may give `-c`, and the words behind it are then a script. */
function behindOption(shell: string, after: readonly Word[]): CodeWords | undefined {
  const { word, isCode, isEnded = false } = scriptOf(after);
  if (word === undefined || isCode || isEnded || word.isProcess === true) return undefined;
  if (!word.isDynamic || !/^(?:$|[-+$])/u.test(word.text)) return undefined;
  return {
    words: after.slice(after.indexOf(word) + 1),
    place: `behind a word that may be an option of ${shell}`,
    advice: 'write -- before that word',
  };
}

/** The first word after the options of a shell. */
export function scriptOf(after: readonly Word[]): Script {
  let isCode = false;
  for (let index = 0; index < after.length; index += 1) {
    const word = after[index];
    const text = word?.text ?? '';
    if (text === '--') return { word: after[index + 1], isCode, isEnded: true };
    if (!/^[-+]./u.test(text)) return { word, isCode };
    if (/^-[a-zA-Z]*c/u.test(text)) isCode = true;
    // `-o` takes the name of an option.
    if (/^[-+][a-zA-Z]*o$/iu.test(text)) index += 1;
  }
  return { word: undefined, isCode };
}

/** What ssh joins and hands to a shell on the other machine: everything behind the destination. */
export function remoteWords(after: readonly Word[]): readonly Word[] {
  for (let index = 0; index < after.length; index += 1) {
    const text = after[index]?.text ?? '';
    if (SSH_VALUE_OPTION.test(text)) index += 1;
    else if (!/^-./u.test(text)) return after.slice(index + 1);
  }
  return [];
}
