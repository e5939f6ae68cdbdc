// How the values of flags are read, and flags that several commands have. A value that does not fit is wrong usage, named with its flag.
import { Option } from 'commander';
import { PflowError } from '../errors.ts';

export function collectNames(value: string, before: string[]): string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}

export function collectPaths(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function parseChoice(flag: string, choices: readonly string[]): (value: string) => string {
  return (value) => {
    const lower = value.toLowerCase();
    if (choices.includes(lower)) return lower;
    throw new PflowError('USAGE', `${flag} takes ${choices.join(' or ')}, not ${value}`);
  };
}

export function parsePositiveNumber(flag: string): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && Number.isFinite(number) && number > 0) return number;
    throw new PflowError('USAGE', `${flag} takes a number above 0, not ${value}`);
  };
}

export function parseWholeNumber(flag: string): (value: string) => number {
  return (value) => {
    if (/^\d{1,15}$/u.test(value)) return Number(value);
    throw new PflowError('USAGE', `${flag} takes a whole number, not ${value}`);
  };
}

/** The option `--nodes`: modules with custom node types. */
export function createNodesOption(): Option {
  return new Option('--nodes <module>', 'a JavaScript file with node types of your own; repeatable')
    .argParser(collectPaths)
    .default([], 'those in the settings');
}
