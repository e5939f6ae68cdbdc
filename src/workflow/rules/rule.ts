// What a rule is given and what it gives back. A rule never throws and never looks at what another one found.
import type { NodeType } from '../../flow/node-type.ts';
import type { Graph } from '../graph.ts';
import type { Problem } from '../problem.ts';
import type { Workflow } from '../schema.ts';
import type { TemplateUse } from '../template-uses.ts';

/** The part of a node type that can be checked before anything runs. */
export type NodeFacts = Pick<NodeType, 'params' | 'outputs' | 'literal'>;

export interface RuleSubject {
  readonly workflow: Workflow;
  readonly registry: ReadonlyMap<string, NodeFacts>;
  /** Every type that there is. */
  readonly typeNames: readonly string[];
  readonly graph: Graph;
  /** Every template in params and output sources. */
  readonly uses: readonly TemplateUse[];
}

export type Rule = (subject: RuleSubject) => readonly Problem[];
