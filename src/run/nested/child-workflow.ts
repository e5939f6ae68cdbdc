// Defines a nested workflow as a run has it: checked, with its node types, its place and its own nested workflows.
import type { NodeType } from '../../flow/node-type.ts';
import type { RunContext } from '../../nodes/run-context.ts';
import type { NestedWorkflow } from '../../workflow/nested-workflows.ts';

export interface ChildWorkflow extends NestedWorkflow {
  /** The file as it was read. */
  readonly ir: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly registry: ReadonlyMap<string, NodeType<RunContext>>;
  readonly children: ReadonlyMap<string, ChildWorkflow>;
  /** Where relative paths in the child start. Absent for an inline and a saved one, which share that of the parent. */
  readonly cwd?: string;
  /** Reads and checks a workflow that a node of the child names when it runs. */
  readonly load: LoadChild;
}

/** Throws FILE_NOT_FOUND, FILE_UNREADABLE, or WORKFLOW_INVALID with every problem. */
export type LoadChild = (named: string) => Promise<ChildWorkflow>;

/** The nested workflows of a workflow: those that were read with it, and how others are found. */
export type NestedSource = Pick<ChildWorkflow, 'children' | 'load'>;

/** Finds the workflow in the node at a path, such as `outer/inner`. */
export function findChild(
  path: string,
  children: ReadonlyMap<string, ChildWorkflow> | undefined,
): ChildWorkflow | undefined {
  const [id = '', ...rest] = path.split('/');
  const child = children?.get(id);
  return rest.length === 0 ? child : findChild(rest.join('/'), child?.children);
}
