// Computes the fingerprint of a node: the hash of its type, its definition and its resolved params. Values have the
// form of the log, so that a node that is about to run can be compared with one that ran in an earlier run.
import { createHash } from 'node:crypto';
import type { NodeContext, SharedStore } from '../../flow/context.ts';
import type { Node } from '../../flow/node.ts';
import { canonicalJson } from '../../values/canonical-json.ts';
import { createTemplateNames } from '../../workflow/templates/command-names.ts';
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import { resolveNodeParams } from '../../wrappers/template-aware.ts';
import type { RunRequest } from '../run-request.ts';

type Resolved = Readonly<Record<string, unknown>>;

/** `resolved`: the params with templates, by name, in the form of the log. */
export function fingerprintOf(spec: WorkflowNode | undefined, resolved: Resolved, visit: number): string {
  const own = spec?.loop === undefined ? resolved : withoutCarried(spec, resolved, visit);
  const text = canonicalJson({ node: spec ?? null, resolved: own });
  return createHash('sha256').update(text).digest('hex');
}

/** Leaves out the condition of a loop, and what an iteration carried over: the one before decides about both. */
function withoutCarried({ type, loop }: WorkflowNode, resolved: Resolved, visit: number): Resolved {
  const inIteration = type === 'workflow' ? ['inputs'] : Object.keys(loop?.carry ?? {});
  const carried = visit > 1 ? inIteration : [];
  const own = Object.entries(resolved).filter(
    ([param]) => !param.startsWith('loop.') && !carried.includes(param),
  );
  return Object.fromEntries(own);
}

type CurrentNode = Pick<Node<never>, 'id' | 'params' | 'literal' | 'commands'>;

/** Computes the fingerprint of a node that is about to run. Params that cannot be resolved equal no others. */
export function createFingerprints(
  { workflow, inputs, registry, nested }: Pick<RunRequest, 'workflow' | 'inputs' | 'registry' | 'nested'>,
  toRecorded: (value: unknown) => unknown,
): (node: CurrentNode, shared: SharedStore, context: NodeContext) => string {
  const sources = {
    inputs: inputs.values,
    secretInputs: secretInputsOf(workflow),
    isTemplateName: createTemplateNames(workflow, { registry, children: nested?.children }),
    parsed: new Map(),
  };
  return (node, shared, { locals = {}, visit = 1 }) => {
    const spec = workflow.nodes.find(({ id }) => id === node.id);
    try {
      const { resolutions } = resolveNodeParams(node, shared, sources, locals);
      const resolved = resolutions.map(({ param, value }) => [param, toRecorded(value)] as const);
      return fingerprintOf(spec, Object.fromEntries(resolved), visit);
    } catch {
      return '';
    }
  };
}

function secretInputsOf({ inputs = {} }: Workflow): ReadonlySet<string> {
  return new Set(Object.keys(inputs).filter((name) => inputs[name]?.secret === true));
}
