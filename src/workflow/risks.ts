// Finds the nodes of a workflow whose effects cannot be undone: they write, send or run something. A planned workflow
// is checked before it runs without a review.
import type { Effect, NodeType } from '../flow/node-type.ts';
import type { NestedWorkflow, NestedWorkflows } from './nested-workflows.ts';
import type { Workflow, WorkflowNode } from './schema.ts';
import { present } from '../values/present.ts';
import { findTemplateUses } from './template-uses.ts';
import { resolveValue } from './templates/resolve-value.ts';
import { createLayeredScope } from './templates/scope.ts';
import { isRaw } from './templates/hand-over.ts';
import { listReferences } from './templates/ast.ts';
import { safeParseTemplate } from './templates/parse-template.ts';
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
  /** The nested workflows that are known. Any other may do anything. */
  readonly children?: NestedWorkflows;
}

/** Lists risky nodes in document order. A type without a declared effect counts as `unknown`. */
export function findRisks(workflow: Workflow, facts: RiskFacts): readonly Risk[] {
  return workflow.nodes.flatMap((node): readonly Risk[] => {
    const child = node.type === 'workflow' ? facts.children?.get(node.id) : undefined;
    if (child !== undefined) return findNestedRisks(node, child, workflow, facts);
    const effect = findEffect(node, workflow, facts);
    if (effect === undefined) return [];
    return [{ node: node.id, effect, ...present({ pasted: pastedValues(node, workflow, facts) }) }];
  });
}

/** Lists the risks inside of a node as `node/inner`. */
function findNestedRisks(
  { id, params }: WorkflowNode,
  { workflow, children }: NestedWorkflow,
  parent: Workflow,
  facts: RiskFacts,
): readonly Risk[] {
  const given = (params['inputs'] ?? {}) as Readonly<Record<string, unknown>>;
  const isPrivate = (name: string): boolean =>
    findReferences(given[name]).some((used) => isPrivateName(used, parent, facts));
  const secret = Object.entries(workflow.inputs ?? {}).filter(([, spec]) => spec.secret === true);
  const scope = createLayeredScope(facts.inputs ?? {});
  const inputs = Object.entries(given).map(([name, value]) => [name, resolveValue(value, scope).value]);
  const inside = findRisks(workflow, {
    ...facts,
    children,
    inputs: Object.fromEntries(inputs) as Readonly<Record<string, unknown>>,
    privateInputs: new Set([...Object.keys(given).filter(isPrivate), ...secret.map(([name]) => name)]),
  });
  return inside.map((risk) => ({ ...risk, node: `${id}/${risk.node}` }));
}

function findReferences(value: unknown): readonly string[] {
  return textsOf(value).flatMap((text) => {
    const parsed = safeParseTemplate(text);
    return parsed.ok ? listReferences(parsed.template).map(({ name }) => name) : [];
  });
}

/** What a node wrote is private, and so are some inputs. */
function isPrivateName(name: string, { inputs = {} }: Workflow, { privateInputs }: RiskFacts): boolean {
  return !Object.hasOwn(inputs, name) || privateInputs.has(name);
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

function leaksData({ id }: WorkflowNode, workflow: Workflow, facts: RiskFacts): boolean {
  return findTemplateUses(workflow, facts.registry)
    .filter(({ node }) => node === id)
    .flatMap(({ references }) => references)
    .some(({ name }) => isPrivateName(name, workflow, facts));
}
