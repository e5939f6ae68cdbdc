// Reads the inputs of a run from `key=value` words and from stdin.
import { PflowError } from '../../errors.ts';
import { readSettings } from '../../home/settings.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { prepareInputs, type PreparedInputs } from '../../workflow/prepare-inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { isPiped, readStdin } from '../terminal/stdin.ts';
import { requireWholeText } from './require-whole-text.ts';
import { watchUnusedStdin } from './unused-stdin.ts';

type FinalWarnings = NonNullable<RunRequest['finalWarnings']>;

export interface ReadInputs {
  readonly inputs: PreparedInputs;
  /** Present where something may be piped in that no input takes. */
  readonly finalWarnings?: FinalWarnings;
}

export interface InputPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The workflow came from stdin, so that no input can. */
  readonly stdinIsTaken: boolean;
}

/** Reads stdin only for an input that takes it and was not given by name. Throws INPUT_MISSING and INPUT_INVALID. */
export async function readInputs(
  workflow: Workflow,
  words: readonly string[],
  { env, stdinIsTaken }: InputPlaces,
): Promise<ReadInputs> {
  const given = parseInputWords(words);
  const settings = workflow.inputs === undefined ? undefined : readSettings(env).env;
  const prepare = (stdin?: string): PreparedInputs =>
    requireWholeVariables(prepareInputs(workflow, { given, env, settings, ...present({ stdin }) }), env);
  if (stdinIsTaken) return { inputs: prepare() };
  const taker = Object.entries(workflow.inputs ?? {}).find(([, input]) => input.stdin === true)?.[0];
  if (taker !== undefined && !Object.hasOwn(given, taker)) {
    const stdin = isPiped() ? await readStdin() : undefined;
    return { inputs: prepare(stdin) };
  }
  const finalWarnings = isPiped() ? watchUnusedStdin(workflow, given) : undefined;
  try {
    return { inputs: prepare(), ...present({ finalWarnings }) };
  } catch (error) {
    throw await withStdinHint(error, finalWarnings);
  }
}

function requireWholeVariables(inputs: PreparedInputs, env: InputPlaces['env']): PreparedInputs {
  for (const [name, origin] of Object.entries(inputs.origins))
    if (origin === 'environment') requireWholeText(`${name}=${env[name] ?? ''}`, 'variable');
  return inputs;
}

/** Explains a missing input whose value was probably piped in. */
async function withStdinHint(error: unknown, finalWarnings: FinalWarnings | undefined): Promise<unknown> {
  const [warning] = (await finalWarnings?.()) ?? [];
  const isMissing = error instanceof PflowError && error.code === 'INPUT_MISSING';
  return isMissing && warning !== undefined ? error.with({ hint: `Note: ${warning.message}.` }) : error;
}

/** Throws USAGE for a word that is not `key=value`. A key that is given twice is such an error too. */
export function parseInputWords(words: readonly string[]): Record<string, string> {
  const pairs = words.map(keyAndValue);
  for (const word of words) requireWholeText(word, 'argument');
  const seen = new Set<string>();
  const twice = pairs.find(([key]) => seen.size === seen.add(key).size);
  if (twice !== undefined) {
    throw new PflowError('USAGE', `the input ${twice[0]} is given twice`, { hint: 'Give one value for it.' });
  }
  return Object.fromEntries(pairs);
}

function keyAndValue(word: string): [string, string] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new PflowError('USAGE', `"${word}" is not an input`, {
    hint: 'Inputs are given as key=value; a value with spaces needs quotes: title="Release 2".',
  });
}
