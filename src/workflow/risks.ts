// Finds the nodes of a workflow whose effects cannot be undone: they write, send or run something. A planned workflow is
// checked before it runs without a review.
import type { Effect, NodeType } from '../flow/node-type.ts';
import type { Workflow, WorkflowNode } from './schema.ts';
import { present } from '../values/present.ts';
import { findTemplateUses } from './template-uses.ts';
import { isRaw } from './templates/hand-over.ts';
import { printExpression } from './templates/print-template.ts';

export type RiskyEffect = Extract<Effect, 'sends' | 'writes' | 'runs'> | 'unknown';

/** A node of a planned workflow that needs approval, and what it may do. */
export interface Risk {
  readonly node: string;
  readonly effect: RiskyEffect;
  /** Templates whose values become code of the node's command. */
  readonly pasted?: readonly string[];
}

/** What `findRisks` needs to know besides the workflow. */
export interface RiskFacts {
  readonly registry: ReadonlyMap<string, Pick<NodeType, 'effect' | 'literal' | 'commands' | 'outputs'>>;
  /** Inputs whose values are private: secret ones, and those from the environment. */
  readonly privateInputs: ReadonlySet<string>;
}

/** Lists risky nodes in document order. A type without a declared effect counts as `unknown`. */
export function findRisks(workflow: Workflow, facts: RiskFacts): readonly Risk[] {
  return workflow.nodes.flatMap((node) => {
    const effect = facts.registry.get(node.type)?.effect?.(node.params) ?? 'unknown';
    switch (effect) {
      case 'none':
      case 'reads':
        return [];
      case 'fetches':
        // An address with the output of another node sends that output to the server.
        return leaksData(node, workflow, facts) ? [{ node: node.id, effect: 'sends' }] : [];
      default:
        return [{ node: node.id, effect, ...present({ pasted: pastedValues(node, workflow, facts) }) }];
    }
  });
}

function pastedValues(
  { id }: WorkflowNode,
  workflow: Workflow,
  { registry }: RiskFacts,
): readonly string[] | undefined {
  const pasted = findTemplateUses(workflow, registry)
    .filter(({ node }) => node === id)
    .flatMap(({ command }) => command?.parts ?? [])
    .flatMap((part) => (typeof part !== 'string' && isRaw(part) ? [printExpression(part)] : []));
  return pasted.length === 0 ? undefined : pasted;
}

function leaksData(
  { id }: WorkflowNode,
  workflow: Workflow,
  { privateInputs, registry }: RiskFacts,
): boolean {
  const inputs = workflow.inputs ?? {};
  return findTemplateUses(workflow, registry)
    .filter(({ node }) => node === id)
    .flatMap(({ references }) => references)
    .some(({ name }) => !Object.hasOwn(inputs, name) || privateInputs.has(name));
}
