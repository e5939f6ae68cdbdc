// Saved workflows as the planner knows them: those it may use again, and the one it leaves behind.
import { existsSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import type { SavedWorkflow } from '../../planner/planning-task.ts';
import { homeFolder, savedWorkflowPath } from '../../home/paths.ts';
import { listSaved } from '../../home/saved-workflows/list-saved.ts';
import { saveWorkflow } from '../../home/saved-workflows/save-workflow.ts';
import { requireSavedName } from '../../home/saved-workflows/saved-name.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that is no workflow is passed over. */
export function listSavedWorkflows(env: Environment): readonly SavedWorkflow[] {
  return listSaved(homeFolder(env)).workflows.map(({ name, description, keywords, ir }) => ({
    name,
    ...(description === undefined ? {} : { description }),
    keywords,
    ir,
  }));
}

/** Asked before anything is paid. */
export function requireFreeName(name: string, env: Environment): void {
  requireSavedName(name);
  if (!existsSync(savedWorkflowPath(homeFolder(env), name))) return;
  throw new PflowError('WORKFLOW_EXISTS', `there is a saved workflow "${name}" already`, {
    hint: 'Save it under another name, or delete that one first.',
  });
}

/** Returns the line that says so. */
export function savePlanned(name: string, { ir, keywords }: ReadyPlan, env: Environment): string {
  const { path } = saveWorkflow(homeFolder(env), name, ir, { keywords });
  return `saved  ${path}\n`;
}
