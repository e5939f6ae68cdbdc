// Finds values that programs may read as options: words of a command that begin with a value.
import { kindOf, TAKEN } from './arguments.ts';
import { codeFromStdin } from './code-from-stdin.ts';
import { codeWordsOf, programsIn } from './code-words.ts';
import { interpreterOf } from './interpreters.ts';
import type { SimpleCommand } from './quote-reader.ts';
import { programAt, programName, type Opening, type Word } from './word.ts';

export interface OptionValue {
  readonly reference: number;
  readonly program: string;
  /** The option makes the program run the value. */
  readonly isCode: boolean;
  /** Where the value becomes code if another one names the program: "in the arguments of eval". */
  readonly place?: string;
}

/** Lists the words of a command that begin with a reference, and its program. */
export function openingsOf({ words, piped }: Pick<SimpleCommand, 'words' | 'piped'>): readonly Opening[] {
  const openings: Opening[] = [];
  const program = programAt(words);
  const stdin = piped === 0 ? {} : { stdin: piped - 1 };
  for (const [index, word] of words.entries()) {
    const [reference] = word.references;
    if (reference !== undefined && (beginsWithReference(word) || index === program))
      openings.push({ reference, words, index, ...stdin });
  }
  return openings;
}

function beginsWithReference(word: Word | undefined): boolean {
  return word?.offsets[0] === 0 && isKnown(word);
}

/** Whether the values are all that has to be filled in. */
function isKnown({ variables, holdsCommand = false }: Word): boolean {
  return variables.length === 0 && !holdsCommand;
}

/** May be an option, an assignment of make, or an address of socat. */
const MAY_BE_CODE = /^(?:[-+!].|\s*\||\w[\w.:?+]*[=:])|\|\s*$/u;
/** As people write options; `-5` and `- item` are text. */
const OPTION = /^--?[A-Za-z]/u;
/** These print, compare or assign their words. Only `-n` and `-e` are options of some of them. */
const TAKES_TEXT =
  /^(?:echo|printf|test|\[|\[\[|:|true|false|exit|return|expr|for|select|case|in|set|shift|local|declare|export|readonly|typeset|read|sleep)$/u;
/** Programs rarely take the next word as the value of such an option. Long options often do. */
const FLAG = /^-[A-Za-z\d]*[ahlqrsvxyzELRSV\d]$/u;

export function findOptionValues(
  openings: readonly Opening[],
  valueOf: (reference: number) => string,
): readonly OptionValue[] {
  return openings.flatMap((opening) => {
    const { reference, words, index } = opening;
    const value = valueOf(reference);
    const named = codeOfNamedProgram(opening, valueOf);
    if (named !== undefined) return [named];
    if (!MAY_BE_CODE.test(value) || !beginsWithReference(words[index])) return [];
    const program = programOf(opening);
    const isCode = becomesCode(opening, valueOf);
    return isCode || (OPTION.test(value) && isReadAsOption(opening)) ? [{ reference, program, isCode }] : [];
  });
}

function programOf({ words }: Opening): string {
  const program = words[programAt(words)];
  return program === undefined || program.text === '' ? 'the program' : programName(program);
}

/** Whether a word with its value is code, or makes another reference code. */
function becomesCode({ words, index }: Opening, valueOf: (reference: number) => string): boolean {
  const filled = words.map((word) => filledWord(word, valueOf));
  const own = filled[index];
  if (own === undefined || isArgumentOfScript(filled, index)) return false;
  if (own.text.startsWith('-') && areOptionsEnded(words.slice(0, index))) return false;
  return codeWordsOf(filled).some(({ words: code }) =>
    code.some((word) => word === own || word.references.length > 0),
  );
}

/** `${tool} ${text}`: the value that names the program decides whether it runs other values, as `eval` does. */
function codeOfNamedProgram(
  { words, index, stdin }: Opening,
  valueOf: (reference: number) => string,
): OptionValue | undefined {
  if (index !== programAt(words)) return undefined;
  const filled = words.map((word, at) => {
    const own = filledWord(word, valueOf);
    return at === index ? { ...own, isDynamic: false, references: [] } : own;
  });
  const program = filled[index];
  if (program === undefined) return undefined;
  const found = { program: programName(program), isCode: true };
  for (const { words: code, place } of codeWordsOf(filled)) {
    const [reference] = code.flatMap(({ references }) => references);
    if (reference !== undefined) return { ...found, reference, place };
  }
  const place = stdin === undefined ? undefined : codeFromStdin(filled)?.place;
  return stdin === undefined || place === undefined ? undefined : { ...found, reference: stdin, place };
}

/** Whether `--` is behind the program that reads the next word. */
function areOptionsEnded(before: readonly Word[]): boolean {
  const program = programsIn(before)?.at(-1)?.[0] ?? 0;
  return before.findLastIndex(({ text }) => text === '--') > program;
}

function filledWord(word: Word, valueOf: (reference: number) => string): Word {
  if (!isKnown(word)) return word;
  const { references, offsets } = word;
  const parts = references.map(
    (reference, at) => word.text.slice(offsets[at - 1] ?? 0, offsets[at]) + valueOf(reference),
  );
  return { ...word, text: parts.join('') + word.text.slice(offsets.at(-1) ?? 0) };
}

/** An interpreter gives its script all words behind the name of the script. */
function isArgumentOfScript(words: readonly Word[], index: number): boolean {
  return words.slice(0, index).some((word, at) => {
    const rule = interpreterOf(programName(word));
    if (rule?.readsStdin !== true || rule.targets !== undefined || rule.commands !== undefined) return false;
    for (let next = at + 1; next < index; next += 1) {
      const kind = kindOf(words[next] ?? word, rule);
      if (kind === 'operand') return true;
      next += TAKEN[kind];
    }
    return false;
  });
}

function isReadAsOption({ words, index }: Opening): boolean {
  const at = programAt(words);
  const program = words[at];
  if (program === undefined || index <= at || TAKES_TEXT.test(programName(program))) return false;
  const between = words.slice(at + 1, index);
  if (between.some(({ text }) => text === '--')) return false;
  const before = between.at(-1)?.text ?? '';
  if (/^-./u.test(before) && !FLAG.test(before)) return false;
  return !isTaken(program, words.slice(at + 1), index - at - 1);
}

/** Whether the rule of the program knows the word as the value of an option. */
function isTaken(program: Word, after: readonly Word[], index: number): boolean {
  const rule = interpreterOf(programName(program));
  if (rule === undefined) return false;
  for (let at = 0; at < index; at += 1) {
    const taken = TAKEN[kindOf(after[at] ?? program, rule)];
    if (at + taken >= index) return true;
    at += taken;
  }
  return false;
}
