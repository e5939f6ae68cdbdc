// Prepares the values of a planned workflow's inputs. `key=value` wins over the sentence, and what is piped in goes
// to the input that takes it.
import { PflowError } from '../errors.ts';
import { prepareInputs, type PreparedInputs } from '../workflow/prepare-inputs.ts';
import type { InputSpec } from '../workflow/schema.ts';
import type { PlanningTask } from './planning-task.ts';

export type Inputs = Readonly<Record<string, InputSpec>>;
type Texts = Readonly<Record<string, string>>;

/** Returns INPUT_MISSING or INPUT_INVALID with the names of the inputs for missing or wrong values. */
export function prepareValues(
  inputs: Inputs,
  mapped: Texts,
  { given, stdin, env, settings }: PlanningTask,
): PreparedInputs | PflowError {
  try {
    const all = { ...mapped, ...given };
    return prepareInputs({ inputs: { ...inputs } }, { given: all, stdin, env, settings });
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}

/** Keeps the mapped texts of inputs that exist and have no other value. */
export function acceptedTexts(
  answer: readonly { readonly name: string; readonly value: string }[],
  inputs: Inputs,
  { given, stdin }: PlanningTask,
): Texts {
  const isFree = (name: string): boolean =>
    Object.hasOwn(inputs, name) &&
    !Object.hasOwn(given, name) &&
    !(inputs[name]?.stdin === true && stdin !== undefined);
  return Object.fromEntries(
    answer.filter(({ name }) => isFree(name)).map(({ name, value }) => [name, value]),
  );
}
