// Finds the words of a simple command that another program reads as code: `eval`, `sh -c`, `python3 -c`, `ssh host`.

export interface Word {
  /** Without its quotes; expansions are left out. */
  text: string;
  /** Holds an expansion, so that its text is not all that the word will be. */
  isDynamic: boolean;
  /** Positions of the references in it. */
  readonly references: number[];
}

/** Marks the place of `<<<` in the words of a command. */
export const HERE_STRING = '<<<';

const SHELLS = /^(?:sh|bash|dash|zsh|ksh|mksh|ash|fish|csh|tcsh|busybox)$/u;
/** Run their arguments as commands. */
const EVALUATORS = /^(?:eval|trap|alias|watch)$/u;
/** Take a script after an option that ends in one of these letters. */
const INTERPRETERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:su|flock|script)$/u, /^(?:-[a-zA-Z]*c|--command|--session-command)$/u],
  [/^python[\d.]*$/u, /^-[a-zA-Z]*c$/u],
  [/^(?:perl|ruby|lua[\d.]*|osascript|Rscript)$/u, /^-[a-zA-Z]*[eE]$/u],
  [/^(?:node|nodejs|deno|bun)$/u, /^(?:-e|-p|-pe|--eval|--print|eval)$/u],
  [/^php[\d.]*$/u, /^-[rBRE]$/u],
];
const AWK = /^(?:awk|gawk|mawk|nawk)$/u;
/** Options of ssh that take a value. */
const SSH_VALUE_OPTION = /^-[bcDEeFIiJLlmOopQRSWw]$/u;

/** References in words that become code, each with the place that explains it. */
export function codePlaces(words: readonly Word[]): readonly (readonly [number, string])[] {
  return words.flatMap((word, index) => {
    const after = words.slice(index + 1);
    const name = nameOf(word);
    const found = codeWords(name, word, after, index);
    return found.words.flatMap(({ references }) =>
      references.map((reference) => [reference, found.place] as const),
    );
  });
}

/** Whether a shell is called without a script, so that it runs what it reads. */
export function readsCodeFromStdin(words: readonly Word[]): boolean {
  return words.some((word, index) => {
    const after = words.slice(index + 1);
    if (nameOf(word) === 'ssh') return remoteWords(after).length === 0;
    if (INTERPRETERS.some(([program]) => program.test(nameOf(word)))) return interpretsStdin(after);
    if (!SHELLS.test(nameOf(word))) return false;
    const options = after.filter(({ text }) => /^[-+]/u.test(text)).map(({ text }) => text);
    const script = scriptOf(after);
    return (
      script.word === undefined ||
      script.word.text === '-' ||
      options.includes('-s') ||
      script.word.text === HERE_STRING
    );
  });
}

/** `python3`, `python3 -` and `node --no-warnings`, and not `python3 script.py` or `node -e …`. */
function interpretsStdin(after: readonly Word[]): boolean {
  const first = after.find(({ text }) => text !== HERE_STRING);
  if (first === undefined || first.text === '-') return true;
  return !first.isDynamic && after.every(({ text }) => /^--?[a-zA-Z-]{2,}$/u.test(text));
}

interface CodeWords {
  readonly words: readonly Word[];
  readonly place: string;
}

function codeWords(name: string, word: Word, after: readonly Word[], index: number): CodeWords {
  if (EVALUATORS.test(name)) return { words: after, place: `in the arguments of ${name}` };
  if (name === 'ssh') return { words: remoteWords(after), place: 'in a command for another machine' };
  if (AWK.test(name)) return { words: after.slice(0, 1), place: `in the program of ${name}` };
  if (SHELLS.test(name)) return shellCode(name, after);
  if (word.isDynamic && index === 0) return shellCode('a shell', after);
  const option = INTERPRETERS.find(([program]) => program.test(name))?.[1];
  const at = after.findIndex(({ text }) => option?.test(text) === true);
  return { words: at < 0 ? [] : after.slice(at + 1, at + 2), place: `in code for ${name}` };
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
}

/** The first word after the options of a shell. */
function scriptOf(after: readonly Word[]): Script {
  let isCode = false;
  for (let index = 0; index < after.length; index += 1) {
    const word = after[index];
    const text = word?.text ?? '';
    if (text === '--') return { word: after[index + 1], isCode };
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

/** The last part of a path, as `/bin/sh` is `sh`. */
function nameOf({ text }: Word): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
