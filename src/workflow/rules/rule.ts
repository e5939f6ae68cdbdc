// Defines rules. A rule never throws, and does not depend on the results of other rules.
import type { NodeType } from '../../flow/node-type.ts';
import type { Graph } from '../graph.ts';
import type { NestedWorkflows } from '../nested-workflows.ts';
import type { Problem } from '../problem.ts';
import type { Workflow } from '../schema.ts';
import type { TemplateUse } from '../template-uses.ts';

/** The part of a node type that rules check. */
export type NodeFacts = Pick<NodeType, 'params' | 'outputs' | 'literal' | 'commands' | 'actions'>;

export interface RuleSubject {
  readonly workflow: Workflow;
  readonly registry: ReadonlyMap<string, NodeFacts>;
  /** The names of all types, for suggestions. */
  readonly typeNames: readonly string[];
  readonly children: NestedWorkflows;
  /** Explains unknown types by name, as sentences. */
  readonly missing: ReadonlyMap<string, string>;
  /** Maps each type that the settings deny to the pattern that denies it. */
  readonly denied: ReadonlyMap<string, string>;
  readonly graph: Graph;
  /** Every template in params and output sources. */
  readonly uses: readonly TemplateUse[];
}

export type Rule = (subject: RuleSubject) => readonly Problem[];
