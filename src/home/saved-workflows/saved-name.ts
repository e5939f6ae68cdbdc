// Names of saved workflows. A name becomes the name of a file on any system, so it is small letters and digits, and
// never a path.
import { PflowError } from '../../errors.ts';
import { slug } from '../../values/slug.ts';

const LONGEST = 64;
const FORM = /^[a-z0-9][a-z0-9._-]*$/u;
/** Windows reserves these names for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/u;

/** What is wrong with a name to save under, as the end of a sentence; undefined when nothing is. */
export function describeNameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.length > LONGEST) return `it is longer than ${String(LONGEST)} characters`;
  if (!FORM.test(name))
    return 'it takes small letters, digits, - _ and ., and begins with a letter or a digit';
  if (/\.(?:json)?$/u.test(name)) return 'it must not end in "." or ".json"';
  if (DEVICE.test(name)) return 'Windows keeps that name for a device';
  return undefined;
}

/** Capital letters are accepted for reading, since files may be added by hand; they are never written. */
export function isReadableName(name: string): boolean {
  return describeNameProblem(name.toLowerCase()) === undefined;
}

/** Throws USAGE with a name that would do, where one can be made of it. */
export function requireSavedName(name: string): void {
  const problem = describeNameProblem(name);
  if (problem === undefined) return;
  const other = suggestName(name);
  throw new PflowError(
    'USAGE',
    `${JSON.stringify(name)} cannot be the name of a saved workflow: ${problem}`,
    {
      hint: other === undefined ? 'Such as release-notes.' : `Such as ${other}.`,
    },
  );
}

/** A valid name made of any text; undefined where nothing is left of it. */
export function suggestName(text: string): string | undefined {
  const name = slug(text.replace(/\.json$/iu, ''), { longest: LONGEST, kept: '._' });
  return name === undefined || describeNameProblem(name) !== undefined ? undefined : name;
}
