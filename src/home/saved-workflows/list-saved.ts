// Reads all saved workflows. A file that is not a valid workflow is reported beside them.
import { PflowError } from '../../errors.ts';
import { isReadableName } from './saved-name.ts';
import { listSavedNames } from './saved-names.ts';
import { findSavedWorkflow, type SavedWorkflow } from './saved-workflow.ts';

export interface BrokenWorkflow {
  readonly name: string;
  readonly problem: string;
  /** Every problem found. */
  readonly details: readonly string[];
}

export interface SavedList {
  readonly workflows: readonly SavedWorkflow[];
  readonly broken: readonly BrokenWorkflow[];
}

/** Sorts by name. A home folder without saved workflows gives empty lists. Throws FILE_UNREADABLE. */
export function readSavedWorkflows(home: string): SavedList {
  const workflows: SavedWorkflow[] = [];
  const broken: BrokenWorkflow[] = [];
  for (const name of listSavedNames(home)) {
    try {
      if (!isReadableName(name)) {
        broken.push({ name, problem: 'a saved workflow cannot have this name', details: [] });
        continue;
      }
      const saved = findSavedWorkflow(home, name);
      if (saved !== undefined) workflows.push(saved);
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      broken.push({ name, problem: error.message, details: error.details });
    }
  }
  return { workflows, broken };
}
