// Finds the secrets of nested workflows before they run: values that their parents hand to secret inputs.
import type { PreparedInputs } from '../../workflow/prepare-inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { listReferences } from '../../workflow/templates/ast.ts';
import { safeParseTemplate } from '../../workflow/templates/parse-template.ts';
import type { NestedWorkflow, NestedWorkflows } from '../../workflow/nested-workflows.ts';
import { registerSecretValue, registerNamedSecrets, type SecretRegistry } from '../register-secrets.ts';

/** Names the secret inputs of the workflow in a node. */
export function secretInputsOf(
  nested: { readonly children: NestedWorkflows } | undefined,
): ((nodeId: string) => readonly string[]) | undefined {
  if (nested === undefined) return undefined;
  return (nodeId) => secretNames(nested.children.get(nodeId));
}

function secretNames(child: NestedWorkflow | undefined): readonly string[] {
  const specs = Object.entries(child?.workflow.inputs ?? {});
  return specs.filter(([, { secret }]) => secret === true).map(([name]) => name);
}

/** Adds the inputs whose values become secret inputs of nested workflows, at any depth. */
export function withNestedSecrets(
  workflow: Workflow,
  inputs: PreparedInputs,
  children: NestedWorkflows,
): PreparedInputs {
  if (children.size === 0) return inputs;
  const names = Object.keys(workflow.inputs ?? {});
  const secrets = new Set([...inputs.secrets, ...handedOver(workflow, children)]);
  return { ...inputs, secrets: names.filter((name) => secrets.has(name)) };
}

/** Names of inputs of `workflow`. */
function handedOver(workflow: Workflow, children: NestedWorkflows): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { id, params } of workflow.nodes) {
    const child = children.get(id);
    if (child === undefined) continue;
    const given = (params['inputs'] ?? {}) as Readonly<Record<string, unknown>>;
    const secret = [...secretNames(child), ...handedOver(child.workflow, child.children)];
    for (const name of secret) for (const used of referencedNames(given[name])) names.add(used);
  }
  return names;
}

function referencedNames(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    const parsed = safeParseTemplate(value);
    return parsed.ok ? listReferences(parsed.template).map(({ name }) => name) : [];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencedNames) : [];
}

/** Registers the secrets in the files: values and defaults of secret inputs, and texts under secret names. */
export function registerNestedSecrets(
  registry: SecretRegistry,
  workflow: Workflow,
  children: NestedWorkflows,
): void {
  for (const { id, params } of workflow.nodes) {
    const child = children.get(id);
    if (child === undefined) continue;
    const given = (params['inputs'] ?? {}) as Readonly<Record<string, unknown>>;
    for (const name of secretNames(child)) {
      for (const value of [given[name], child.workflow.inputs?.[name]?.default]) {
        const isTemplate = typeof value === 'string' && value.includes('${');
        if (!isTemplate) registerSecretValue(registry, name, value);
      }
    }
    for (const node of child.workflow.nodes) registerNamedSecrets(registry, node.params);
    registerNestedSecrets(registry, child.workflow, child.children);
  }
}
