// Prepares the inputs of a resumed run: given again, else as the log has them, else from where the first run took them.
import { PflowError } from '../../errors.ts';
import type { SharedStore } from '../../flow/context.ts';
import { coerceValue } from '../../workflow/coerce-value.ts';
import {
  prepareInputs,
  type InputOrigin,
  type InputSources,
  type PreparedInputs,
} from '../../workflow/prepare-inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { applyPatchesInPlace, restoreInexact } from '../../wrappers/apply-patches.ts';
import type { EarlierRun } from './earlier-run.ts';
import { hasMark, patchesForMarks } from './lost-values.ts';

/** An integer in a text of this length may have been written as a number. */
const LARGE_INTEGER = /^-?\d{16,}$/u;

type Sources = Pick<InputSources, 'given' | 'env' | 'settings'>;
type Spec = NonNullable<Workflow['inputs']>[string];

/** Throws VALUE_NOT_KEPT for an input that has to be given again, INPUT_MISSING and INPUT_INVALID. */
export function resumeInputs(
  workflow: Pick<Workflow, 'inputs'>,
  earlier: EarlierRun,
  sources: Sources,
): PreparedInputs {
  const specs = Object.entries(workflow.inputs ?? {});
  const kept = keptInputs(specs, earlier, sources.given);
  const isUnknown = Object.keys(sources.given).some((name) => !Object.hasOwn(workflow.inputs ?? {}, name));
  // An unknown input is reported with the names of all.
  const open = isUnknown ? specs : specs.filter(([name]) => !kept.has(name));
  const prepared = prepareInputs({ inputs: Object.fromEntries(open) }, sources);
  const values: Record<string, unknown> = {};
  const origins: Record<string, InputOrigin> = {};
  const secrets = new Set(prepared.secrets);
  for (const [name, { secret }] of specs) {
    const one = kept.get(name);
    values[name] = one === undefined ? prepared.values[name] : one.value;
    origins[name] = one?.origin ?? prepared.origins[name] ?? 'none';
    if (secret === true || origins[name] === 'settings') secrets.add(name);
  }
  return { values, origins, secrets: [...secrets] };
}

/** Names of inputs that the log does not have as they were. */
export function lostInputs(earlier: EarlierRun): ReadonlySet<string> {
  const marked = markedInputs(earlier) ?? earlier.started?.inputs ?? {};
  return new Set(Object.keys(marked).filter((name) => hasMark(marked[name])));
}

interface KeptInput {
  readonly value: unknown;
  readonly origin: InputOrigin;
}

/** Finds the inputs that the log has as they were. */
function keptInputs(
  specs: readonly (readonly [string, Spec])[],
  earlier: EarlierRun,
  given: InputSources['given'],
): ReadonlyMap<string, KeptInput> {
  const recorded = recordedInputs(earlier, given);
  const marked = markedInputs(earlier) ?? recorded;
  const origins = earlier.started?.input_origins ?? {};
  const kept = new Map<string, KeptInput>();
  for (const [name, { type }] of specs) {
    if (Object.hasOwn(given, name) || !Object.hasOwn(recorded, name)) continue;
    const value = recorded[name];
    const { [name]: origin = 'given' } = origins;
    if (!hasMark(marked[name])) kept.set(name, { value: requireType(name, value, type), origin });
    else if (origin === 'given' || origin === 'stdin') throw notKeptError(name);
  }
  return kept;
}

function requireType(name: string, value: unknown, type: Spec['type']): unknown {
  if (type === undefined || value === null) return value;
  const typed = coerceValue(value, type);
  if (typed !== undefined) return typed;
  throw new PflowError('INPUT_INVALID', `input "${name}" of the earlier run is not ${type} any more`, {
    hint: `Give it again: ${name}=…`,
  });
}

/** Reads the inputs from the initial store, which has all digits of large integers. */
function recordedInputs(
  { started, initial }: EarlierRun,
  given: InputSources['given'],
): Readonly<Record<string, unknown>> {
  if (initial !== undefined) {
    const store: SharedStore = {};
    applyPatchesInPlace(store, initial.patches);
    restoreInexact(store, initial.inexact);
    return store;
  }
  const inputs = started?.inputs ?? {};
  for (const [name, value] of Object.entries(inputs))
    if (!Object.hasOwn(given, name) && hasLargeInteger(value)) throw notKeptError(name);
  return inputs;
}

/** The inputs without texts that only look like marks. */
function markedInputs({ initial }: EarlierRun): Readonly<Record<string, unknown>> | undefined {
  if (initial === undefined) return undefined;
  const store: SharedStore = {};
  applyPatchesInPlace(store, [...patchesForMarks(initial)]);
  return store;
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
