// Prepares the inputs of a resumed run: given anew, else as the log has them, else from where the first run took them.
import { PflowError } from '../../errors.ts';
import type { SharedStore } from '../../flow/context.ts';
import { coerceValue } from '../../workflow/coerce-value.ts';
import {
  prepareInputs,
  type InputOrigin,
  type InputSources,
  type PreparedInputs,
} from '../../workflow/inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { applyPatchesInPlace, restoreInexact } from '../../wrappers/apply-patches.ts';
import type { EarlierRun } from './earlier-run.ts';
import { hasMark } from './lost-values.ts';

/** An integer in a text of this length may have been written as a number. */
const LARGE_INTEGER = /^-?\d{16,}$/u;

/** Throws VALUE_NOT_KEPT for an input that has to be given again, INPUT_MISSING and INPUT_INVALID. */
export function resumeInputs(
  workflow: Pick<Workflow, 'inputs'>,
  earlier: EarlierRun,
  sources: Pick<InputSources, 'given' | 'env' | 'settings'>,
): PreparedInputs {
  const recorded = recordedInputs(earlier, sources.given);
  const recordedOrigins = earlier.started?.input_origins ?? {};
  const specs = Object.entries(workflow.inputs ?? {});
  const isKept = (name: string): boolean =>
    !Object.hasOwn(sources.given, name) && Object.hasOwn(recorded, name) && !hasMark(recorded[name]);
  for (const [name] of specs) {
    const isGone =
      !Object.hasOwn(sources.given, name) && Object.hasOwn(recorded, name) && hasMark(recorded[name]);
    if (isGone && ['given', 'stdin'].includes(recordedOrigins[name] ?? 'given')) throw notKeptError(name);
  }
  const isUnknown = Object.keys(sources.given).some((name) => !Object.hasOwn(workflow.inputs ?? {}, name));
  const open = Object.fromEntries(isUnknown ? specs : specs.filter(([name]) => !isKept(name)));
  const prepared = prepareInputs({ inputs: open }, sources);
  const values: Record<string, unknown> = {};
  const origins: Record<string, InputOrigin> = {};
  const secrets = new Set(prepared.secrets);
  for (const [name, { type, secret }] of specs) {
    const isRecorded = isKept(name);
    const value = isRecorded ? recorded[name] : prepared.values[name];
    const origin = recordedOrigins[name];
    values[name] =
      isRecorded && type !== undefined && value !== null ? requireType(name, value, type) : value;
    origins[name] = isRecorded ? (origin ?? 'given') : (prepared.origins[name] ?? 'none');
    if (secret === true || (isRecorded && origin === 'settings')) secrets.add(name);
  }
  return { values, origins, secrets: [...secrets] };
}

function requireType(
  name: string,
  value: unknown,
  type: NonNullable<NonNullable<Workflow['inputs']>[string]['type']>,
): unknown {
  const typed = coerceValue(value, type);
  if (typed !== undefined) return typed;
  throw new PflowError('INPUT_INVALID', `input "${name}" of the earlier run is not ${type} any more`, {
    hint: `Give it anew: ${name}=…`,
  });
}

/** The initial store has the inputs with the digits of large integers. It is missing if the run ended right away. */
function recordedInputs(
  { started, initial }: EarlierRun,
  given: InputSources['given'],
): Readonly<Record<string, unknown>> {
  if (initial !== undefined) {
    const store: SharedStore = {};
    applyPatchesInPlace(store, structuredClone(initial.patches));
    restoreInexact(store, initial.inexact);
    return store;
  }
  const inputs = started?.inputs ?? {};
  for (const [name, value] of Object.entries(inputs))
    if (!Object.hasOwn(given, name) && hasLargeInteger(value)) throw notKeptError(name);
  return inputs;
}

function hasLargeInteger(value: unknown): boolean {
  if (typeof value === 'string') return LARGE_INTEGER.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeInteger);
}

function notKeptError(name: string): PflowError {
  return new PflowError('VALUE_NOT_KEPT', `the log does not have the value of input "${name}" as it was`, {
    hint: `Give it again: ${name}=…`,
    path: name,
  });
}
