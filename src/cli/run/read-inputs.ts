// Reads the inputs of a run from `key=value` words and from stdin.
import { PflowError } from '../../errors.ts';
import { present } from '../../values/present.ts';
import { prepareInputs, type PreparedInputs } from '../../workflow/inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { isPiped, readStdin } from '../terminal/stdin.ts';

/** Reads stdin only for an input that takes it and was not given by name. */
export async function readInputs(
  workflow: Workflow,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<PreparedInputs> {
  const given = parseInputWords(words);
  const piped = Object.entries(workflow.inputs ?? {}).find(([, input]) => input.stdin === true)?.[0];
  const readsStdin = piped !== undefined && !Object.hasOwn(given, piped) && isPiped();
  const stdin = readsStdin ? await readStdin() : undefined;
  return prepareInputs(workflow, { given, env, ...present({ stdin }) });
}

/** Throws USAGE for a word that is not `key=value`. */
export function parseInputWords(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map(keyAndValue));
}

function keyAndValue(word: string): [string, string] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new PflowError('USAGE', `"${word}" is not an input`, {
    hint: 'Inputs are given as key=value; a value with spaces needs quotes: title="Release 2".',
  });
}
