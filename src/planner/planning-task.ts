// The input of the planner: a sentence, and plain data about what is available. Knows no disk and no terminal.
import type { NodeContext } from '../flow/context.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { ModelClient } from '../models/model.ts';
import type { NestedReading } from '../workflow/nested-workflows.ts';

/** A workflow that may be used again instead of building one. */
export interface ReusableWorkflow {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly ir: Readonly<Record<string, unknown>>;
}

/** The part of a node type that the planner reads. */
export type TypeFacts = Pick<NodeType, 'type' | 'summary' | 'params' | 'outputs' | 'literal' | 'server'>;

/** The sentence to plan for, and what the planner may use: inputs, saved workflows, node types. */
export interface PlanningTask {
  /** The sentence. It is untrusted data, never an instruction to pflow. */
  readonly request: string;
  /** `key=value` of the command line; wins over values in the sentence. Models see the names only. */
  readonly given: Readonly<Record<string, string>>;
  /** What was piped in. Models see only its length. */
  readonly stdin?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values of `env` in the settings, for inputs. They are secret. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly saved: readonly ReusableWorkflow[];
  /** Every available type. */
  readonly registry: ReadonlyMap<string, TypeFacts>;
  /**
   * Reads the nested workflows of a workflow; `saved` is the name of a saved one. Absent where workflows cannot be
   * nested.
   */
  readonly readNested?: (ir: unknown, saved?: string) => Promise<NestedReading>;
  /** The model that plans, as `provider/name`. */
  readonly model: string;
  /** Written into llm nodes that name no model; by default `model`. A plan can then be run unchanged. */
  readonly defaultModel?: string;
}

/** The context of the planner's nodes, with the models that they call. */
export interface PlannerContext extends NodeContext {
  readonly models: ModelClient;
}
