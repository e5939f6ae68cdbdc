// Finds the words of a simple command that another program reads as code: `eval`, `sh -c`, `python3 -c`, `ssh host`.
import { interpretedWords, isCommand, runsStdin } from './interpreters.ts';
import { HERE_STRING, programName, type CodeWords, type Word } from './word.ts';

const SHELLS = /^(?:sh|bash|dash|zsh|ksh|mksh|ash|fish|csh|tcsh|busybox)$/u;
/** Run their arguments as commands, or take names that some shells evaluate. */
const EVALUATORS = /^(?:trap|alias|watch|let|unset)$/u;
const DECLARATION = /^(?:declare|typeset|local|export|readonly)$/u;
/** Options of ssh that take a value. */
const SSH_VALUE_OPTION = /^-[bcDEeFIiJLlmOopQRSWw]$/u;
/** Compares numbers, which some shells evaluate: `a[$(…)]` is one. */
const ARITHMETIC_TEST = /^-(?:eq|ne|lt|le|gt|ge)$/u;

/** Where a reference is, and how code there reads a variable. */
export type CodePlace = Pick<CodeWords, 'place' | 'advice'>;

/** References in words that become code, each with the place that explains it. */
export function codePlaces(words: readonly Word[]): readonly (readonly [number, CodePlace])[] {
  return words.flatMap((word, index) => {
    const { words: found, ...place } = codeWords(words, word, index);
    return found.flatMap(({ references }) => references.map((reference) => [reference, place] as const));
  });
}

/** Where what the command reads from stdin becomes code. Undefined: it stays data. */
export function codeFromStdin(words: readonly Word[]): CodePlace | undefined {
  for (const [index, word] of words.entries()) {
    const after = words.slice(index + 1);
    const name = programName(word);
    const isRemoteShell = name === 'ssh' && remoteWords(after).length === 0;
    const isShell = isRemoteShell || (SHELLS.test(name) && shellReadsStdin(after));
    const place = isShell ? { place: FROM_STDIN } : runsStdin(word, words.slice(0, index), after);
    if (place !== undefined) return place;
  }
  return undefined;
}

const FROM_STDIN = 'in a script that is read from stdin';

function shellReadsStdin(after: readonly Word[]): boolean {
  const options = after.filter(({ text }) => /^[-+]/u.test(text)).map(({ text }) => text);
  const { word } = scriptOf(after);
  return word === undefined || word.text === '-' || options.includes('-s') || word.text === HERE_STRING;
}

const NO_CODE: CodeWords = { words: [], place: '' };

function codeWords(words: readonly Word[], word: Word, index: number): CodeWords {
  const [name, before, after] = [programName(word), words.slice(0, index), words.slice(index + 1)];
  if (name === 'ssh')
    return { words: remoteWords(after), place: 'in a command for another machine', advice: REMOTE };
  if (SHELLS.test(name)) return behindOption(name, after) ?? shellCode(name, after);
  if (word.isDynamic && index === 0) return shellCode('a shell', after);
  if (name === 'eval') return { words: after, place: 'in the arguments of eval' };
  return (
    (isCommand(before) ? evaluatedWords(name, after) : undefined) ??
    interpretedWords(word, before, after) ??
    NO_CODE
  );
}

const REMOTE = 'write "stdin": "TEMPLATE", and "$(cat)" in the command for the other machine';

/** What builtins of a shell evaluate, or a program hands to a shell. */
function evaluatedWords(name: string, after: readonly Word[]): CodeWords | undefined {
  if (EVALUATORS.test(name)) return { words: after, place: `in the arguments of ${name}` };
  if (name === 'parallel') {
    const end = after.findIndex(({ text }) => /^:::/u.test(text));
    return { words: end < 0 ? after : after.slice(0, end), place: 'in a command for parallel' };
  }
  const isTest = name === '[[' && after.some(({ text }) => ARITHMETIC_TEST.test(text));
  const isInteger = DECLARATION.test(name) && after.some(({ text }) => /^-[a-zA-Z]*i/u.test(text));
  return isTest || isInteger ? { words: after, place: 'inside arithmetic' } : undefined;
}

function shellCode(shell: string, after: readonly Word[]): CodeWords {
  const hereString = after.findIndex(({ text }) => text === HERE_STRING);
  const { word, isCode } = scriptOf(after);
  return {
    words: [
      ...(isCode && word !== undefined ? [word] : []),
      ...(hereString < 0 ? [] : after.slice(hereString + 1, hereString + 2)),
    ],
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
  if (word === undefined || isCode || isEnded) return undefined;
  if (!word.isDynamic || !/^(?:$|[-+$])/u.test(word.text)) return undefined;
  return {
    words: after.slice(after.indexOf(word) + 1),
    place: `behind a word that may be an option of ${shell}`,
    advice: 'write -- before that word',
  };
}

/** The first word after the options of a shell. */
function scriptOf(after: readonly Word[]): Script {
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
function remoteWords(after: readonly Word[]): readonly Word[] {
  for (let index = 0; index < after.length; index += 1) {
    const text = after[index]?.text ?? '';
    if (SSH_VALUE_OPTION.test(text)) index += 1;
    else if (!/^-./u.test(text)) return after.slice(index + 1);
  }
  return [];
}
