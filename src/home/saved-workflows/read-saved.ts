// One saved workflow by its name.
import { PflowError } from '../../errors.ts';
import { nearestName } from '../../values/nearest.ts';
import { savedNames } from './saved-names.ts';
import { isReadableName } from './saved-name.ts';
import { loadSaved, type SavedWorkflow } from './saved-workflow.ts';

/** Throws FILE_NOT_FOUND with the nearest name, or WORKFLOW_INVALID with every finding. */
export function readSaved(home: string, name: string): SavedWorkflow {
  const saved = isReadableName(name) ? loadSaved(home, name) : undefined;
  if (saved === undefined) throw noSuchWorkflow(home, name);
  return saved;
}

export function noSuchWorkflow(home: string, name: string): PflowError {
  const names = savedNames(home);
  const meant = nearestName(name, names);
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
