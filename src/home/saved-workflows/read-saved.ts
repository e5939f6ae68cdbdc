// One saved workflow by its name.
import { PflowError } from '../../errors.ts';
import { findNearestName } from '../../values/nearest.ts';
import { listSavedNames } from './saved-names.ts';
import { isReadableName } from './saved-name.ts';
import { findSavedWorkflow, type SavedWorkflow } from './saved-workflow.ts';

/** Throws FILE_NOT_FOUND with the nearest name, or WORKFLOW_INVALID with every finding. */
export function readSavedWorkflow(home: string, name: string): SavedWorkflow {
  const saved = isReadableName(name) ? findSavedWorkflow(home, name) : undefined;
  if (saved === undefined) throw unknownWorkflowError(home, name);
  return saved;
}

export function unknownWorkflowError(home: string, name: string): PflowError {
  const names = listSavedNames(home);
  const meant = findNearestName(name, names);
  const list = 'See pflow workflow list.';
  return new PflowError('FILE_NOT_FOUND', `there is no saved workflow ${JSON.stringify(name)}`, {
    hint:
      names.length === 0
        ? 'Nothing is saved yet: pflow workflow save FILE.'
        : meant === undefined
          ? list
          : `Did you mean ${meant}? ${list}`,
  });
}
