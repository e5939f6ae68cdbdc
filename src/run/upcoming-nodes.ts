// Lists the nodes of a workflow in the order of a run. Nested ones follow their parent.
import { NODE_TYPE_NAMES } from '../nodes/registry.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { buildGraph, type Graph } from '../workflow/graph.ts';
import type { NestedWorkflow } from '../workflow/nested-workflows.ts';
import type { Workflow, WorkflowNode } from '../workflow/schema.ts';
import { hasTemplate } from '../workflow/templates/has-template.ts';
import { resolveValue } from '../workflow/templates/resolve-value.ts';
import { createLayeredScope, type Scope } from '../workflow/templates/scope.ts';
import type { ChildWorkflow } from './nested/child-workflow.ts';
import { isObject } from '../values/json-fields.ts';

type Values = Readonly<Record<string, unknown>>;
type Registry = ReadonlyMap<string, NodeType<RunContext>>;

/** A node before it runs. */
export interface UpcomingNode {
  /** Its id; `parent/child` in a nested workflow. */
  readonly path: string;
  readonly node: WorkflowNode;
  readonly type: NodeType<RunContext> | undefined;
  /** Templates of inputs filled in, all others as they are written. */
  readonly params: Values;
  readonly scope: Scope;
  /** It may run again after it has ended: a back edge leads to it, or to the workflow that it is in. */
  readonly isInCycle: boolean;
  /** A nested workflow that is known when its node runs. */
  readonly isOpen: boolean;
}

/** Returns values of inputs as they may be shown. */
type ShowInputs = (workflow: Workflow, values: Values) => Values;

interface Parts {
  readonly workflow: Workflow;
  readonly registry: Registry;
  readonly children: ReadonlyMap<string, ChildWorkflow>;
  readonly values: Values;
  readonly prefix: string;
  readonly isInCycle: boolean;
  readonly show: ShowInputs;
}

interface UpcomingRequest {
  readonly workflow: Workflow;
  readonly registry: Registry;
  readonly nested?: { readonly children: ReadonlyMap<string, ChildWorkflow> };
}

/**
 * `values` are those of the inputs. With `show` the params have them, and those of nested workflows, as it shows them.
 */
export function listUpcoming(
  { workflow, registry, nested }: UpcomingRequest,
  values: Values,
  show: ShowInputs = (_workflow, all) => all,
): readonly UpcomingNode[] {
  const children = nested?.children ?? new Map<string, ChildWorkflow>();
  const shown = show(workflow, values);
  return [...visit({ workflow, registry, children, values: shown, prefix: '', isInCycle: false, show })];
}

/** Whether a node may call a model: an unknown type may do anything. */
export function mayCallModel({ node, isOpen }: UpcomingNode): boolean {
  if (node.type === 'llm' || isOpen) return true;
  return !NODE_TYPE_NAMES.includes(node.type) && !node.type.startsWith('mcp-');
}

function* visit(parts: Parts): Generator<UpcomingNode> {
  const { workflow, registry, children, values, prefix, show } = parts;
  const graph = buildGraph(workflow, registry);
  const scope = createLayeredScope(values);
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  for (const id of inOrder(graph)) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const type = registry.get(node.type);
    const child = children.get(id);
    const isInCycle = parts.isInCycle || isOnCycle(graph, id) || node.loop !== undefined;
    const known = knownParams(node.params, scope, type?.literal ?? []);
    const params = child === undefined ? known : { ...known, ...shownInputs(child, known, show) };
    const isOpen = node.type === 'workflow' && child === undefined;
    yield { path: prefix + id, node, type, params, scope, isInCycle, isOpen };
    if (child === undefined) continue;
    const isRepeated = isInCycle || node.batch !== undefined;
    yield* visit({
      ...child,
      values: show(child.workflow, childValues(child, params)),
      prefix: `${prefix}${id}/`,
      isInCycle: isRepeated,
      show,
    });
  }
}

/** The start and what follows it, edge by edge. */
function inOrder({ start, next }: Graph): readonly string[] {
  const order = new Set([start]);
  for (const id of order) for (const to of next.get(id)?.values() ?? []) order.add(to);
  return [...order];
}

function isOnCycle({ next }: Graph, id: string): boolean {
  const after = new Set(next.get(id)?.values());
  for (const each of after) for (const to of next.get(each)?.values() ?? []) after.add(to);
  return after.has(id);
}

/** Fills in each text whose references are all known. */
function knownParams(params: Values, scope: Scope, literal: readonly string[]): Values {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      literal.includes(name) ? value : fillIn(value, scope),
    ]),
  );
}

function fillIn(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    const resolved = resolveValue(value, scope);
    return resolved.missing.length === 0 ? resolved.value : value;
  }
  if (Array.isArray(value)) return value.map((item) => fillIn(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fillIn(member, scope)]));
}

function shownInputs({ workflow }: NestedWorkflow, { inputs }: Values, show: ShowInputs): Values {
  return isObject(inputs) ? { inputs: show(workflow, inputs) } : {};
}

/** The inputs of a nested workflow that are known before it runs. */
function childValues({ workflow }: NestedWorkflow, { inputs = {} }: { readonly inputs?: unknown }): Values {
  const given = inputs as Values;
  return Object.fromEntries(
    Object.entries(workflow.inputs ?? {}).flatMap(([name, spec]) => {
      const value = Object.hasOwn(given, name) ? given[name] : spec.default;
      return value === undefined || hasTemplate(value) ? [] : [[name, value] as const];
    }),
  );
}
