// Sorts the words behind a program by its rule: code, names of files with code, operands.
import type { Interpreter } from './interpreter-table.ts';
import { emptyWord, HERE_STRING, type Word } from './word.ts';

export interface Arguments {
  readonly byOption: Word[];
  readonly operands: Word[];
  readonly hereString: readonly Word[];
  /** Names of files with code. */
  readonly files: Word[];
}

export function readArguments(interpreter: Interpreter, all: readonly Word[]): Arguments {
  const at = all.findIndex(({ text }) => text === HERE_STRING);
  const hereString = at < 0 ? [] : all.slice(at + 1, at + 2);
  const after = at < 0 ? all : [...all.slice(0, at), ...all.slice(at + 2)];
  const found: Arguments = { byOption: [], operands: [], hereString, files: [] };
  let skipped = 0;
  for (const [index, word] of after.entries()) {
    skipped -= 1;
    if (skipped >= 0) continue;
    const kind = kindOf(word, interpreter);
    const taken = takenBehind(after, index, kind, interpreter);
    skipped = taken.length;
    if (kind === 'operand') (isOpened(word, interpreter, after) ? found.byOption : found.operands).push(word);
    else if (kind === 'end') addAll(found.operands, taken);
    else if (kind === 'file') found.files.push(taken[0] ?? emptyWord());
    else if (kind === 'own file') found.files.push({ ...word, text: word.text.replace(OWN_FILE, '') });
    else addAll(found.byOption, codeOf(kind, word, taken, interpreter));
  }
  return found;
}

function codeOf(kind: Kind, word: Word, taken: readonly Word[], interpreter: Interpreter): readonly Word[] {
  if (kind === 'code') return taken;
  if (kind === 'setting') return taken.filter((setting) => isCodeSetting(setting, interpreter));
  return kind === 'own code' ? [word] : [];
}

/** The words behind the one at `index` that belong to it. */
function takenBehind(
  all: readonly Word[],
  index: number,
  kind: Kind,
  interpreter: Interpreter,
): readonly Word[] {
  const takesRest = kind === 'code' && interpreter.takesRest === true;
  return all.slice(index + 1, takesRest ? undefined : index + 1 + TAKEN[kind]);
}

/** Without a spread: a call has a limited number of arguments. */
function addAll(words: Word[], more: readonly Word[]): void {
  for (const word of more) words.push(word);
}

/** `perl -ne` opens the files that it is given, and runs `command |`. */
function isOpened({ text, isDynamic }: Word, { opens }: Interpreter, all: readonly Word[]): boolean {
  if (opens === undefined || !isDynamic || !opens.operand.test(text)) return false;
  return all.some((word) => opens.option.test(word.text));
}

type Kind = keyof typeof TAKEN;

/** How many of the words behind it a word takes. `own`: it has what it needs after `=`. */
export const TAKEN = {
  code: 1,
  'own code': 0,
  file: 1,
  'own file': 0,
  value: 1,
  setting: 1,
  pair: 2,
  option: 0,
  operand: 0,
  end: 0,
};

/** What stands in front of the name of a file in the same word. */
const OWN_FILE = /^(?:--?[a-zA-Z-]*=|-[a-zA-Z])/u;

type IsKind = (word: Word, interpreter: Interpreter) => boolean;

/** The first one that holds counts. */
const KINDS: readonly (readonly [IsKind, Kind])[] = [
  [({ text }) => text === '--', 'end'],
  [({ text, isDynamic }, interpreter) => isDynamic && holdsCode(text, interpreter), 'own code'],
  [({ text, isDynamic }, { prefix }) => isDynamic && prefix?.test(text) === true, 'own code'],
  [({ text }, { settings }) => settings?.test(text) === true, 'setting'],
  [({ text }, { code }) => code.test(text), 'code'],
  [({ text }, interpreter) => text.includes('=') && isAssigned(text, interpreter), 'own code'],
  [({ text }, { file }) => file !== undefined && !text.includes('=') && file.test(text), 'file'],
  [({ text }, { file }) => file?.test(text) === true, 'own file'],
  [({ text }, { file }) => /^-[a-zA-Z]./u.test(text) && file?.test(text.slice(0, 2)) === true, 'own file'],
  [({ text }, { values }) => values?.test(text) === true, 'value'],
  [({ text }, { pairs }) => pairs?.test(text) === true, 'pair'],
  [({ text }) => /^-./u.test(text), 'option'],
];

export function kindOf(word: Word, interpreter: Interpreter): Kind {
  for (const [isKind, kind] of KINDS) if (isKind(word, interpreter)) return kind;
  return 'operand';
}

function isAssigned(text: string, { code, assigned }: Interpreter): boolean {
  const name = text.slice(0, text.indexOf('='));
  return code.test(name) || assigned?.test(name) === true;
}

/** `-c NAME=value`: the name decides what the value does. */
function isCodeSetting({ text, offsets }: Word, interpreter: Interpreter): boolean {
  const end = text.indexOf('=');
  const isGiven = offsets.some((offset) => end < 0 || offset <= end);
  return isGiven || (end >= 0 && isAssigned(text, interpreter));
}

/** Code may follow its option in the same word: `-c"…"`, and `-ne"…"` behind others that take no value. */
function holdsCode(text: string, { code, flags = '' }: Interpreter): boolean {
  if (!text.startsWith('-') || text.startsWith('--')) return false;
  let at = 1;
  while (at < text.length && flags.includes(text.charAt(at))) at += 1;
  return code.test(text.slice(0, at + 1));
}
