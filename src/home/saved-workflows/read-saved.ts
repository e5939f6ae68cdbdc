// Reads one saved workflow by its name.
import { PflowError } from '../../errors.ts';
import { findNearestName } from '../../values/nearest-name.ts';
import { homeFolder } from '../paths.ts';
import { isReadableName } from './saved-name.ts';
import { listSavedNames } from './saved-names.ts';
import { findSavedWorkflow, type SavedWorkflow } from './saved-workflow.ts';

export interface OpenSavedOptions {
  /** The home folder of pflow; by default `PFLOW_HOME` of the process, else `~/.pflow`. */
  readonly home?: string;
}

/**
 * Reads a saved workflow with its history, as `pflow workflow show --json` does. Its `ir` is the workflow as it is in
 * the file, and `workflow` is the same with defaults filled in; the types of its nodes are not checked.
 *
 * Throws a PflowError: FILE_NOT_FOUND with the nearest name, FILE_UNREADABLE, or WORKFLOW_INVALID with every problem.
 */
export function openSaved(
  name: string,
  { home = homeFolder(process.env) }: OpenSavedOptions = {},
): SavedWorkflow {
  return readSavedWorkflow(home, name);
}

/** Throws FILE_NOT_FOUND with the nearest name, FILE_UNREADABLE, or WORKFLOW_INVALID with every problem. */
export function readSavedWorkflow(home: string, name: string): SavedWorkflow {
  const saved = isReadableName(name) ? findSavedWorkflow(home, name) : undefined;
  if (saved === undefined) throw unknownWorkflowError(home, name);
  return saved;
}

/** Makes a FILE_NOT_FOUND error that suggests the nearest name. */
export function unknownWorkflowError(home: string, name: string): PflowError {
  const names = listSavedNames(home);
  const nearest = findNearestName(name, names);
  const list = 'See pflow workflow list.';
  return new PflowError('FILE_NOT_FOUND', `there is no saved workflow ${JSON.stringify(name)}`, {
    hint:
      names.length === 0
        ? 'Nothing is saved yet: pflow workflow save FILE.'
        : nearest === undefined
          ? list
          : `Did you mean ${nearest}? ${list}`,
  });
}
