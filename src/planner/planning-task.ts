// What the planner is given: a sentence, and plain data about what there is. It knows no disk and no terminal.
import type { NodeContext } from '../flow/context.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { ModelClient } from '../models/model.ts';

/** A workflow that may be used again instead of building one. */
export interface ReusableWorkflow {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly ir: Readonly<Record<string, unknown>>;
}

/** The part of a node type that the planner reads. */
export type TypeFacts = Pick<NodeType, 'type' | 'summary' | 'params' | 'outputs' | 'literal'>;

export interface PlanningTask {
  /** The sentence, from anybody: data, never an instruction to pflow. */
  readonly request: string;
  /** `key=value` of the command line: they win over what the sentence says. Models see the names only. */
  readonly given: Readonly<Record<string, string>>;
  /** What was piped in. Models are told that there is something, and how long it is. */
  readonly stdin?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly saved: readonly ReusableWorkflow[];
  /** Every type that there is. */
  readonly registry: ReadonlyMap<string, TypeFacts>;
  /** Who plans, as `provider/name`. */
  readonly model: string;
  /** Written into nodes that ask a model and name none, so that a plan can be run as it stands; `model` unless told. */
  readonly defaultModel?: string;
}

export interface PlannerContext extends NodeContext {
  readonly models: ModelClient;
}
