// Finds a workflow by what the user named: a file, else a saved workflow.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { expandHome } from '../values/home-path.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { homeFolder, savedWorkflowPath } from './paths.ts';
import { isReadableName } from './saved-workflows/saved-name.ts';
import { listSavedNames } from './saved-workflows/saved-names.ts';
import { readTextFile } from './text-file.ts';
import { isFolder } from './existing-path.ts';

export interface WorkflowSource {
  readonly text: string;
  readonly path: string;
  /** The name of the workflow, unless the file contains one. */
  readonly name: string;
  readonly source: 'file' | 'saved';
}

/** Throws FILE_NOT_FOUND with the nearest file or saved name, and FILE_UNREADABLE. */
export function findWorkflow(
  named: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): WorkflowSource {
  const path = resolve(cwd, expandHome(named, homedir()));
  const home = homeFolder(env);
  const name = basename(named).replace(/\.json$/u, '');
  const savedPath = isReadableName(named) ? savedWorkflowPath(home, named) : undefined;
  // A folder with the name of a saved workflow does not hide it.
  const isHidden = savedPath !== undefined && isFolder(path) && existsSync(savedPath);
  const text = isHidden ? undefined : readTextFile(path, named);
  if (text !== undefined) return { text, path, name, source: 'file' };
  const savedText = savedPath === undefined ? undefined : readTextFile(savedPath, named);
  if (savedPath !== undefined && savedText !== undefined)
    return { text: savedText, path: savedPath, name: named, source: 'saved' };
  throw notFoundError(named, path, home);
}

function notFoundError(named: string, path: string, home: string): PflowError {
  return new PflowError('FILE_NOT_FOUND', `${named} is neither a file nor a saved workflow`, {
    hint: suggestSource(named, path, home),
  });
}

function suggestSource(named: string, path: string, home: string): string {
  const files = jsonFilesIn(dirname(path));
  const name = basename(path);
  const file = files.find((one) => one === `${name}.json`) ?? findNearestName(name, files);
  if (file !== undefined) return `Did you mean ${join(dirname(named), file)}?`;
  const saved = findNearestName(named, savedNamesOrNone(home));
  if (saved !== undefined) return `Did you mean the saved workflow ${saved}?`;
  return 'Give the path of a workflow file, such as ./release-notes.json.';
}

function jsonFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/** Returns an empty list for a home folder that cannot be read: a suggestion is all that depends on it. */
function savedNamesOrNone(home: string): string[] {
  try {
    return listSavedNames(home);
  } catch {
    return [];
  }
}
