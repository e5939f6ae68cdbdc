// Finds the workflow that was named on the command line: a file, else a saved name.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { findNearestName } from '../values/nearest.ts';
import { homeFolder, savedWorkflowPath } from './paths.ts';
import { isReadableName } from './saved-workflows/saved-name.ts';
import { listSavedNames } from './saved-workflows/saved-names.ts';

export interface WorkflowSource {
  readonly text: string;
  readonly path: string;
  /** The name for a file without one. */
  readonly name: string;
  readonly source: 'file' | 'saved';
}

export function findWorkflow(
  named: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): WorkflowSource {
  const path = resolve(cwd, named);
  const home = homeFolder(env);
  const name = basename(named).replace(/\.json$/u, '');
  const saved = isReadableName(named) ? savedWorkflowPath(home, named) : undefined;
  // A folder that happens to be called like a saved workflow is not meant.
  const hidden = saved !== undefined && isFolder(path) && existsSync(saved);
  const text = hidden ? undefined : readTextFile(path, named);
  if (text !== undefined) return { text, path, name, source: 'file' };
  const savedText = saved === undefined ? undefined : readTextFile(saved, named);
  if (saved !== undefined && savedText !== undefined)
    return { text: savedText, path: saved, name: named, source: 'saved' };
  throw notFound(named, path, home);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The text of a file; undefined where it does not exist. */
export function readTextFile(path: string, named: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) {
      throw new PflowError('FILE_UNREADABLE', `${named} is a directory`, {
        hint: 'Name a file in it.',
      });
    }
    return utf8(readFileSync(path), named);
  } catch (error) {
    if (error instanceof PflowError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw new PflowError('FILE_UNREADABLE', `${named} cannot be read: ${message}`, {
      hint: 'Check the permissions of the file.',
      cause: error,
    });
  }
}

function utf8(bytes: Buffer, named: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PflowError('FILE_UNREADABLE', `${named} is not text in UTF-8`, {
      hint: 'Save it as UTF-8.',
      cause: error,
    });
  }
}

function notFound(named: string, path: string, home: string): PflowError {
  const files = jsonFilesIn(dirname(path));
  const name = basename(path);
  const file = files.find((one) => one === `${name}.json`) ?? findNearestName(name, files);
  const saved = file === undefined ? findNearestName(named, savedIn(home)) : undefined;
  return new PflowError('FILE_NOT_FOUND', `${named} is neither a file nor a saved workflow`, {
    hint:
      file !== undefined
        ? `Did you mean ${join(dirname(named), file)}?`
        : saved !== undefined
          ? `Did you mean the saved workflow ${saved}?`
          : 'Give the path of a workflow file, such as ./release-notes.json.',
  });
}

function jsonFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/** For a suggestion only: a home that cannot be read is no news here. */
function savedIn(home: string): string[] {
  try {
    return listSavedNames(home);
  } catch {
    return [];
  }
}
