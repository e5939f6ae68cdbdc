// Collects what the validation of a planned or saved workflow needs: the node types and its nested workflows.
import type { KnownTypes } from '../workflow/validate.ts';
import type { PlanningTask } from './planning-task.ts';

/** `saved` is the name of a saved workflow. */
export async function knownTypes(
  ir: unknown,
  { registry, readNested }: PlanningTask,
  saved?: string,
): Promise<KnownTypes> {
  if (readNested === undefined) return { registry };
  const { children, problems: nestedProblems } = await readNested(ir, saved);
  return { registry, children, nestedProblems };
}
