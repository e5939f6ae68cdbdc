// Parses the values of flags, and defines what several commands share. A value that does not fit is a USAGE error that
// names its flag.
import { Option, type Command } from 'commander';
import { PflowError } from '../errors.ts';

/** Receives the exit code of a command when the command has finished. */
export type SetExitCode = (exitCode: number) => void;

/** Collects the names of a repeatable flag whose values may be lists such as `cost,trace`. */
export function collectNames(value: string, before: string[]): string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}

/** Collects the values of a repeatable flag. A path may contain a comma. */
export function collectPaths(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** Accepts one of `choices` in any case, and returns it in lower case. */
export function parseChoice(flag: string, choices: readonly string[]): (value: string) => string {
  return (value) => {
    const lower = value.toLowerCase();
    if (choices.includes(lower)) return lower;
    throw new PflowError('USAGE', `${flag} takes ${choices.join(' or ')}, not ${value}`);
  };
}

export function parsePositiveNumber(flag: string): (value: string) => number {
  return (value) => {
    // Other forms of JavaScript, such as 0x5, are mistakes here.
    const number = /^\s*\+?[\d.]+(?:[eE][+-]?\d+)?\s*$/u.test(value) ? Number(value) : NaN;
    if (Number.isFinite(number) && number > 0) return number;
    throw new PflowError('USAGE', `${flag} takes a number above 0, not ${value}`);
  };
}

/** Accepts an integer of at most 15 digits, without a sign. */
export function parseWholeNumber(flag: string): (value: string) => number {
  return (value) => {
    if (/^\d{1,15}$/u.test(value)) return Number(value);
    throw new PflowError('USAGE', `${flag} takes a whole number, not ${value}`);
  };
}

/** Defines `--unknown-model`; what it is by default differs. */
export function createUnknownModelOption(): Option {
  return new Option('--unknown-model <policy>', 'a model without a price').choices([
    'fallback',
    'null',
    'error',
  ]);
}

/** Defines `--cost-source`; what it is by default differs. */
export function createCostSourceOption(): Option {
  return new Option(
    '--cost-source <source>',
    'whose figure counts: auto is the bill of the provider, if it sends one',
  ).choices(['auto', 'calculated', 'reported']);
}

/** Defines `--nodes`, which adds modules with custom node types. */
export function createNodesOption(): Option {
  return new Option('--nodes <module>', 'a JavaScript file with custom node types; repeatable')
    .argParser(collectPaths)
    .default([], 'those in the settings');
}

/** Adds the options of a command that prints text or, with --json, a document. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours');
}

const LONGEST_TAG = 200;

/** Adds a label to those before it. Throws USAGE for a word that is not one, and for a second value. */
export function collectTags(
  word: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key = '', value = ''] = /^([\p{L}\p{N}_.-]+)=(.+)$/su.exec(word) ?? [];
  if (key === '' || key === '__proto__' || word.length > LONGEST_TAG) {
    throw new PflowError('USAGE', `--tag takes key=value, not ${word}`, {
      hint: `For example --tag customer=acme; at most ${String(LONGEST_TAG)} characters.`,
    });
  }
  if (Object.hasOwn(before, key) && before[key] !== value)
    throw new PflowError('USAGE', `the tag ${key} is given twice`, { hint: 'Give one value for it.' });
  return { ...before, [key]: value };
}

/** A number above 0, or `all`. */
export function parseLimit(value: string): number {
  if (value === 'all') return Infinity;
  const limit = parseWholeNumber('--limit')(value);
  if (limit > 0) return limit;
  throw new PflowError('USAGE', `--limit takes a number above 0, or all, not ${value}`);
}
