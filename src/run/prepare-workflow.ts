// Reads and checks a workflow with its node types before anything runs or costs money.
import { loadRegistry } from '../home/node-types.ts';
import { findWorkflow, type WorkflowSource } from '../home/workflow-source.ts';
import { parseJson } from '../values/parse-json.ts';
import { present } from '../values/present.ts';
import { assertValid } from '../workflow/validate.ts';
import type { RunRequest } from './run-request.ts';

export interface PreparedWorkflow extends Pick<
  RunRequest,
  'workflow' | 'ir' | 'name' | 'source' | 'registry'
> {
  /** The name under which it is saved, if it is. */
  readonly savedAs?: string;
  /** Absolute path of the file that was read. */
  readonly path?: string;
}

export interface WorkflowContext extends Pick<RunRequest, 'cwd' | 'env'> {
  /** Modules with node types, besides those in the settings. */
  readonly nodes: readonly string[];
}

/** Throws FILE_NOT_FOUND, or WORKFLOW_INVALID with every problem at once. `named` is a file or a saved name. */
export async function prepareWorkflow(named: string, context: WorkflowContext): Promise<PreparedWorkflow> {
  return checkWorkflow(findWorkflow(named, context.cwd, context.env), named, context);
}

/** `named` is how errors name the workflow. */
export async function checkWorkflow(
  found: Pick<WorkflowSource, 'text' | 'name' | 'source'> & { readonly path?: string },
  named: string,
  context: WorkflowContext,
): Promise<PreparedWorkflow> {
  const parsed = parseJson(found.text, named);
  const { types: registry, ...names } = await loadRegistry({ ...context, requested: typesNamedIn(parsed) });
  const workflow = assertValid(parsed, { registry, ...names, file: named });
  const ir = parsed as Readonly<Record<string, unknown>>;
  const { name, source, path } = found;
  const savedAs = source === 'saved' ? name : undefined;
  return { workflow, ir, name: workflow.name ?? name, source, registry, ...present({ savedAs, path }) };
}

/** Type names of a file that is not checked yet. */
function typesNamedIn(parsed: unknown): string[] {
  const nodes: unknown = (parsed as { nodes?: unknown } | null)?.nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    const type = (node as { type?: unknown } | null)?.type;
    return typeof type === 'string' ? [type] : [];
  });
}
