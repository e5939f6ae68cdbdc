// Finds the commands that run what they read from stdin, as code or as arguments.
import { present } from '../present.ts';
import {
  codeWordsOf,
  programsIn,
  REMOTE_SHELL,
  remoteWords,
  scriptOf,
  SHELLS,
  SOURCE,
  type CodePlace,
} from './code-words.ts';
import { isCommand, runsStdin } from './interpreters.ts';
import type { SimpleCommand } from './quote-reader.ts';
import { emptyWord, HERE_STRING, programAt, programName, STDIN_FILE, type Word } from './word.ts';

/** Where what the command reads from stdin becomes code. Undefined: it stays data. */
export function codeFromStdin(words: readonly Word[], programs = programsIn(words)): CodePlace | undefined {
  if (programs === undefined) return { place: FROM_STDIN };
  const appended = codeFromArguments(words) ?? codeFromSubstitution(words);
  if (appended !== undefined) return appended;
  for (const [index, word] of programs) {
    const [before, after] = [words.slice(0, index), words.slice(index + 1)];
    const place = isShellFromStdin(word, before, after)
      ? { place: FROM_STDIN }
      : runsStdin(word, before, after);
    if (place !== undefined) return place;
  }
  return undefined;
}

function isShellFromStdin(word: Word, before: readonly Word[], after: readonly Word[]): boolean {
  const name = programName(word);
  if (REMOTE_SHELL.test(name)) return remoteWords(after).length === 0;
  if (SOURCE.test(name)) return isCommand(before) && readsStdinAsFile(after);
  return SHELLS.test(name) && shellReadsStdin(after);
}

const READS_ARGUMENTS: ReadonlySet<string> = new Set(['xargs', 'parallel']);
/** What a program reads and gives to another one as a word. */
const FROM_ARGUMENTS = -1;
const GIVEN: Word = { ...emptyWord(), isDynamic: true, references: [FROM_ARGUMENTS] };

/** `xargs sh -c` and `parallel` make words of what they read. */
function codeFromArguments(words: readonly Word[]): CodePlace | undefined {
  const at = words.findIndex((word) => READS_ARGUMENTS.has(programName(word)));
  const program = words[at];
  if (program === undefined || !isCommand(words.slice(0, at))) return undefined;
  const name = programName(program);
  const { after } = splitArguments(name, words.slice(at + 1));
  // Without a command of its own, parallel runs the lines that it reads.
  if (name === 'parallel' && after.every(({ text }) => text.startsWith('-'))) return { place: FROM_STDIN };
  const mark = markOf(name, after);
  const isGiven = ({ references }: Word): boolean => references[0] === FROM_ARGUMENTS;
  const found = codeWordsOf(withGiven(after, mark)).find(({ words: code }) => code.some(isGiven));
  return found && { place: found.place, ...present({ advice: found.advice }) };
}

export interface GivenArguments {
  readonly files: readonly Word[];
  readonly words: readonly Word[];
}

/** Finds what gives `xargs` and `parallel` words instead of stdin: `-a FILE`, `::: WORD`, `:::: FILE`. */
export function givenArguments(words: readonly Word[]): GivenArguments {
  const at = words.findIndex((word) => READS_ARGUMENTS.has(programName(word)));
  const program = words[at];
  if (program === undefined || !isCommand(words.slice(0, at))) return { files: [], words: [] };
  return splitArguments(programName(program), words.slice(at + 1));
}

const FILE_OPTION = /^(?:-a|--arg-file)$/u;
const FILE_WORD = /^(?:-a|--arg-file=)(.+)$/u;
/** Behind them are words, or the names of files, up to the next one. */
const MARKS = /^:::(:?)\+?$/u;

/** `after`: the options and the command that are left. */
function splitArguments(
  name: string,
  words: readonly Word[],
): GivenArguments & { readonly after: readonly Word[] } {
  const mark = name === 'parallel' ? words.findIndex(({ text }) => MARKS.test(text)) : -1;
  const [before, behind] = mark < 0 ? [words, []] : [words.slice(0, mark), words.slice(mark)];
  const files: Word[] = [];
  const given: Word[] = [];
  let into = given;
  for (const word of behind) {
    const [, isFile] = MARKS.exec(word.text) ?? [];
    if (isFile === undefined) into.push(word);
    else into = isFile === '' ? given : files;
  }
  const isFileOption = (at: number): boolean => FILE_OPTION.test(before[at]?.text ?? '');
  const after = before.filter((word, at) => {
    const own = FILE_WORD.exec(word.text)?.[1];
    if (isFileOption(at - 1)) files.push(word);
    else if (own !== undefined) files.push(emptyWord(own));
    else return !isFileOption(at);
    return false;
  });
  return { files, words: given, after };
}

/** Puts what was read in the place of the mark, or behind all words. */
function withGiven(words: readonly Word[], mark: string | undefined): readonly Word[] {
  if (mark === undefined || !words.some(({ text }) => text.includes(mark))) return [...words, GIVEN, GIVEN];
  return words.map((word) => (word.text.includes(mark) ? { ...GIVEN, text: word.text } : word));
}

/** The text that is replaced by what the program reads: `{}` of `xargs -I{}`. */
function markOf(name: string, after: readonly Word[]): string | undefined {
  if (name === 'parallel') return '{}';
  for (const [index, { text }] of after.entries()) {
    const own = /^(?:-[IJ]|--replace=)(.+)$/u.exec(text)?.[1];
    if (own !== undefined) return own;
    if (/^-[IJ]$/u.test(text)) return after[index + 1]?.text;
    if (/^(?:-i|--replace)$/u.test(text)) return '{}';
  }
  return undefined;
}

/** `sh -c "$(cat)"` runs what it reads. */
function codeFromSubstitution(words: readonly Word[]): CodePlace | undefined {
  if (!words.some(({ takesStdin }) => takesStdin)) return undefined;
  const found = codeWordsOf(words).find(({ words: code }) => code.some(({ takesStdin }) => takesStdin));
  return found && { place: FROM_STDIN, ...present({ advice: found.advice }) };
}

/** True also for a name that is not known before the command runs. */
function readsStdinAsFile([file]: readonly Word[]): boolean {
  return file !== undefined && (file.isDynamic || STDIN_FILE.test(file.text));
}

const FROM_STDIN = 'in a script that is read from stdin';

function shellReadsStdin(after: readonly Word[]): boolean {
  const options = after.filter(({ text }) => /^[-+]/u.test(text)).map(({ text }) => text);
  const { word } = scriptOf(after);
  return (
    word === undefined || STDIN_FILE.test(word.text) || options.includes('-s') || word.text === HERE_STRING
  );
}

/** Programs that print what they read, if they name no file. */
const PRINTS_STDIN = /^(?:cat|base64|head|tail|tac|rev|gunzip|zcat|xxd)$/u;
/** Programs of which only the first operand is no file. */
const FILTERS_STDIN = /^(?:jq|yq|sed|awk|grep|cut|sort|uniq)$/u;

/** Whether a command passes on its stdin, so that `$(…)` with it holds that. */
export function passesStdin({ words, inputs }: SimpleCommand): boolean {
  if (inputs.some(({ text }) => STDIN_FILE.test(text))) return true;
  const at = programAt(words);
  const program = words[at];
  if (program === undefined || inputs.length > 0) return false;
  const after = words.slice(at + 1);
  if (after.some(({ text }) => text === HERE_STRING)) return false;
  const name = programName(program);
  const operands = after.filter(({ text }) => !/^-./u.test(text));
  if (PRINTS_STDIN.test(name)) return operands.every(({ text }) => STDIN_FILE.test(text));
  return name === 'tr' || name === 'tee' || (FILTERS_STDIN.test(name) && operands.length <= 1);
}
