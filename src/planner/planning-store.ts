// The store that planner nodes share. It is separate: nothing in it reaches the store of the workflow.
import type { PflowError } from '../errors.ts';
import type { SharedStore } from '../flow/context.ts';
import type { PreparedInputs } from '../workflow/prepare-inputs.ts';
import type { Workflow } from '../workflow/schema.ts';
import type { Attempt, Plan } from './plan.ts';
import type { ReusableWorkflow } from './planning-task.ts';
import type { Ir } from '../workflow/ir.ts';

/** A value that the sentence names. */
export interface FoundParameter {
  readonly name: string;
  readonly value: string;
}

export interface Metadata {
  readonly name: string;
  readonly description?: string;
  readonly keywords: readonly string[];
}

export interface PlanningStore extends SharedStore {
  /** By WorkflowDiscovery: the saved workflow that fulfils the request. */
  found?: ReusableWorkflow;
  /** By ComponentBrowsing: node types to build with. */
  components?: readonly string[];
  /** By ParameterDiscovery. */
  parameters?: readonly FoundParameter[];
  /** By WorkflowGenerator: the latest workflow. */
  draft?: Ir;
  /** By ParameterMapping: texts for inputs, from the sentence. */
  mapped?: Readonly<Record<string, string>>;
  /** By Validator: one per round. */
  attempts?: readonly Attempt[];
  /** By Validator: the workflow that is valid. */
  workflow?: Workflow;
  /** By ParameterMapping or Validator: inputs that are missing or wrong. */
  unprepared?: PflowError;
  /** By MetadataGeneration. */
  metadata?: Metadata;
  /** By ParameterPreparation. */
  prepared?: PreparedInputs;
  /** By Result. */
  plan?: Plan;
}
