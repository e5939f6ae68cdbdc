// Checks names of saved workflows. A name becomes a file name on every system, so it has lower-case letters and digits,
// and is never a path.
import { PflowError } from '../../errors.ts';
import { slug } from '../../values/slug.ts';

const MAX_LENGTH = 64;
const FORM = /^[a-z0-9][a-z0-9._-]*$/u;
/** Windows reserves these for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/u;

/** Describes what is wrong with a name, as the end of a sentence. Returns undefined for a valid name. */
export function describeNameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.length > MAX_LENGTH) return `it is longer than ${String(MAX_LENGTH)} characters`;
  if (!FORM.test(name))
    return 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit';
  if (/\.(?:json)?$/u.test(name)) return 'it must not end in "." or ".json"';
  if (DEVICE.test(name)) return 'Windows reserves that name for a device';
  return undefined;
}

/** Accepts capital letters too: a file may have been put there by hand. */
export function isReadableName(name: string): boolean {
  return describeNameProblem(name.toLowerCase()) === undefined;
}

/** Throws USAGE for an invalid name, and suggests a valid one if possible. */
export function requireSavedName(name: string): void {
  const problem = describeNameProblem(name);
  if (problem === undefined) return;
  const message = `${JSON.stringify(name)} cannot be the name of a saved workflow: ${problem}`;
  throw new PflowError('USAGE', message, { hint: `For example: ${suggestName(name) ?? 'release-notes'}` });
}

/** Makes a valid name of any text. Returns undefined if no letter or digit is left. */
export function suggestName(text: string): string | undefined {
  const name = slug(text.replace(/\.json$/iu, ''), { maxLength: MAX_LENGTH, kept: '._' });
  return name === undefined || describeNameProblem(name) !== undefined ? undefined : name;
}
