// Describes the workflows inside of a workflow. They are read with it, where their path or their IR is written out.
import type { Problem } from './problem.ts';
import type { Workflow } from './schema.ts';

/** A nested workflow that was read and checked together with its parent. */
export interface NestedWorkflow {
  readonly workflow: Workflow;
  readonly children: NestedWorkflows;
}

/** By the id of the `workflow` node. A node whose path is a template is absent: its workflow is known when it runs. */
export type NestedWorkflows = ReadonlyMap<string, NestedWorkflow>;

/** What was found while the nested workflows of a workflow were read. */
export interface NestedReading {
  readonly children: NestedWorkflows;
  readonly problems: readonly Problem[];
}

export const NO_NESTED: NestedWorkflows = new Map();
