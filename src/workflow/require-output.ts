// Checks before a run that the output of `-o` can exist.
import type { NodeType } from '../flow/node-type.ts';
import { buildGraph, findReachable, listActions, type Graph } from './graph.ts';
import type { NestedWorkflows } from './nested-workflows.ts';
import { describeOutputs, type OutputFacts } from './node-outputs.ts';
import { missingOutputError } from './choose-output.ts';
import { findWrongPath, listOutputNames } from './rules/output-paths.ts';
import type { Workflow } from './schema.ts';
import type { Reference } from './templates/ast.ts';
import { safeParseTemplate } from './templates/parse-template.ts';

type Types = ReadonlyMap<string, Pick<NodeType, 'outputs' | 'actions'>>;

interface Subject {
  readonly workflow: Workflow;
  readonly registry: Types;
  readonly children?: NestedWorkflows;
}

const SYSTEM_KEY = /^__.*__$/u;

/**
 * Throws OUTPUT_MISSING for a `key` that cannot name an output. It may be a declared one, one of a last node, or a
 * path.
 */
export function requireOutput(subject: Subject, key: string): void {
  const { workflow } = subject;
  const written = listLastOutputs(subject);
  if (written === undefined) return;
  const declared = Object.keys(workflow.outputs ?? {});
  if (declared.includes(key) || written.includes(key)) return;
  const reference = parseReference(key);
  if (reference !== undefined && canResolve(reference, workflow, subject)) return;
  const ids = workflow.nodes.map(({ id }) => id);
  throw missingOutputError(key, [...declared, ...written, ...Object.keys(workflow.inputs ?? {}), ...ids]);
}

/** Lists what a last node can write. Undefined if that can be anything. */
function listLastOutputs({ workflow, ...facts }: Subject): readonly string[] | undefined {
  const { registry } = facts;
  const graph = buildGraph(workflow, registry);
  const reachable = findReachable(graph);
  const actions = listActions(workflow, registry);
  const names = new Set<string>();
  for (const node of workflow.nodes) {
    const { id } = node;
    if (!reachable.has(id) || (workflow.enable_namespacing && !canBeLast(graph, id, actions.get(id))))
      continue;
    const outputs = describeOutputs(node, facts)?.outputs;
    const known = outputs === undefined ? undefined : listOutputNames(outputs);
    if (known === undefined) return undefined;
    for (const name of known) names.add(name);
  }
  return [...names].filter((name) => name !== 'error');
}

/** A run ends at a node that can return an action without an edge. */
function canBeLast(graph: Graph, id: string, actions: readonly string[] | undefined): boolean {
  const edges = graph.next.get(id);
  return actions?.every((action) => action === 'error' || edges?.has(action) === true) !== true;
}

function parseReference(key: string): Reference | undefined {
  const parsed = safeParseTemplate('${' + key + '}');
  const [part] = parsed.ok ? parsed.template : [];
  const operand = part?.kind === 'expression' ? part.operands[0] : undefined;
  return operand?.kind === 'reference' ? operand : undefined;
}

function canResolve(
  { name, path }: Reference,
  { inputs = {}, nodes, ...rest }: Workflow,
  facts: OutputFacts,
): boolean {
  if (Object.hasOwn(inputs, name) || (SYSTEM_KEY.test(name) && !(name in Object.prototype))) return true;
  const node = nodes.find(({ id }) => id === name);
  if (!rest.enable_namespacing) return true;
  const outputs = node && describeOutputs(node, facts)?.outputs;
  return outputs !== undefined && findWrongPath(outputs, path) === undefined;
}
