// Reads and checks a workflow with its node types before anything runs or costs money.
import { loadRegistry } from '../home/node-types.ts';
import { dirname } from 'node:path';
import { findWorkflow, type WorkflowSource } from '../home/workflow-source.ts';
import { parseJson } from '../values/parse-json.ts';
import { present } from '../values/present.ts';
import { convertOldForm } from '../workflow/old-form/convert-old-form.ts';
import { assertValid } from '../workflow/validate.ts';
import type { WorkflowPlace } from './nested/read-children.ts';
import { listTypeNames } from './nested/child-types.ts';
import { inlinePromptFiles } from './prompt-files.ts';
import type { RunRequest } from './run-request.ts';
import { realPathOf } from '../home/existing-path.ts';

export interface PreparedWorkflow extends Pick<
  RunRequest,
  'workflow' | 'ir' | 'name' | 'source' | 'registry' | 'nested'
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
  const found = findWorkflow(named, context.cwd, context.env);
  return checkWorkflow(found, named, context, {
    folder: dirname(found.path),
    containers: [realPathOf(found.path)],
  });
}

/** `named` is how errors name the workflow. Its nested workflows are found from `place`, by default from `cwd`. */
export async function checkWorkflow(
  found: Pick<WorkflowSource, 'text' | 'name' | 'source'> & { readonly path?: string },
  named: string,
  context: WorkflowContext,
  place: WorkflowPlace = { folder: context.cwd, containers: [named] },
): Promise<PreparedWorkflow> {
  const parsed = parseJson(found.text, named);
  const requested = listTypeNames(parsed);
  const { types: registry, ...names } = await loadRegistry({ ...context, requested });
  const converted = inlinePromptFiles(convertOldForm(parsed, registry), place.folder);
  const read = requested.includes('workflow')
    ? await (await import('./nested/read-children.ts')).readChildren(converted, place, context)
    : undefined;
  const nestedFacts = read === undefined ? {} : { children: read.children, nestedProblems: read.problems };
  const workflow = assertValid(converted, { registry, ...names, file: named, ...nestedFacts });
  const ir = converted as Readonly<Record<string, unknown>>;
  const { name, source, path } = found;
  const savedAs = source === 'saved' ? name : undefined;
  const nested = read === undefined ? undefined : { children: read.children, load: read.load };
  return {
    workflow,
    ir,
    name: workflow.name ?? name,
    source,
    registry,
    ...present({ savedAs, path, nested }),
  };
}
