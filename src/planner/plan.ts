// The result of planning: a workflow that is ready to run, or an error.
import type { PflowError } from '../errors.ts';
import type { PreparedInputs } from '../workflow/prepare-inputs.ts';
import type { Workflow } from '../workflow/schema.ts';
import type { Ir } from '../workflow/ir.ts';

/** One workflow of the generator, and the problems that the validator found in it. */
export interface Attempt {
  readonly ir: Ir;
  readonly problems: readonly string[];
}

/** Holds a workflow that can run, with its inputs. A model generated it, or it was saved before. */
export interface ReadyPlan {
  readonly status: 'generated' | 'reused';
  readonly name: string;
  readonly ir: Ir;
  readonly workflow: Workflow;
  readonly inputs: PreparedInputs;
  /** Inputs whose values a model took from the sentence. */
  readonly fromSentence: readonly string[];
  readonly keywords: readonly string[];
}

/** The end of planning without a workflow that can run. */
export interface FailedPlan {
  readonly status: 'failed';
  readonly error: PflowError;
  /** The workflow that lacks values, or the attempt with the fewest problems. */
  readonly best?: Attempt;
  /** The name under which that workflow is saved, if it is. */
  readonly saved?: string;
}

/** The result of planning: a workflow that can run, or the reason for the failure. */
export type Plan = ReadyPlan | FailedPlan;
