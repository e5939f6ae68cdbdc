// Finds the nodes of a workflow whose effects cannot be undone: they write, send or run something. A planned workflow is
// checked before it runs without a review.
import type { Effect, NodeType } from '../flow/node-type.ts';
import type { Workflow, WorkflowNode } from './schema.ts';
import { present } from '../values/present.ts';
import { findTemplateUses } from './template-uses.ts';
import { resolveValue } from './templates/resolve-value.ts';
import { createLayeredScope } from './templates/scope.ts';
import { isRaw } from './templates/hand-over.ts';
import { printExpression } from './templates/print-template.ts';

export type RiskyEffect = Extract<Effect, 'sends' | 'writes' | 'runs'> | 'reads-private' | 'unknown';

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
  /** Values of the inputs, for paths that contain them. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Whether a path leads to a file that may hold secrets. By default no path does. */
  readonly isPrivatePath?: (path: string) => boolean;
}

/** Lists risky nodes in document order. A type without a declared effect counts as `unknown`. */
export function findRisks(workflow: Workflow, facts: RiskFacts): readonly Risk[] {
  return workflow.nodes.flatMap((node): Risk[] => {
    const effect = findEffect(node, workflow, facts);
    if (effect === undefined) return [];
    return [{ node: node.id, effect, ...present({ pasted: pastedValues(node, workflow, facts) }) }];
  });
}

function findEffect(node: WorkflowNode, workflow: Workflow, facts: RiskFacts): RiskyEffect | undefined {
  const effect = facts.registry.get(node.type)?.effect?.(node.params) ?? 'unknown';
  switch (effect) {
    case 'none':
      return undefined;
    case 'reads':
      return readsPrivateFile(node.params, facts) ? 'reads-private' : undefined;
    case 'fetches':
      // An address with the output of another node sends that output to the server. So does a private image.
      if (leaksData(node, workflow, facts)) return 'sends';
      return readsPrivateFile(node.params['images'], facts) ? 'sends' : undefined;
    default:
      return effect;
  }
}

/** Checks every text of a param with the inputs filled in. The outputs of nodes are not known yet. */
function readsPrivateFile(value: unknown, facts: RiskFacts): boolean {
  const { isPrivatePath, inputs = {} } = facts;
  if (isPrivatePath === undefined) return false;
  return textsOf(resolveValue(value, createLayeredScope(inputs)).value).some(isPrivatePath);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
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
