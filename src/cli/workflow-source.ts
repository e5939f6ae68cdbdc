// Finds the workflow that was named on the command line: a file, else a saved name.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { nearest } from '../workflow/nearest.ts';
import { homeFolder, savedWorkflowPath } from './home.ts';

export interface WorkflowSource {
  readonly text: string;
  readonly path: string;
  /** The name where the file gives itself none. */
  readonly name: string;
  readonly source: 'file' | 'saved';
}

const SAVED_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/u;

export function findWorkflow(
  named: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): WorkflowSource {
  const path = resolve(cwd, named);
  const name = basename(named).replace(/\.json$/u, '');
  const text = readText(path, named);
  if (text !== undefined) return { text, path, name, source: 'file' };
  if (SAVED_NAME.test(named)) {
    const saved = savedWorkflowPath(homeFolder(env), named);
    const savedText = readText(saved, named);
    if (savedText !== undefined) return { text: savedText, path: saved, name, source: 'saved' };
  }
  throw notFound(named, path);
}

/** The text of a file; undefined where there is none. */
export function readText(path: string, named: string): string | undefined {
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

function notFound(named: string, path: string): PflowError {
  const files = jsonFilesIn(dirname(path));
  const name = basename(path);
  const meant = files.find((file) => file === `${name}.json`) ?? nearest(name, files);
  return new PflowError('FILE_NOT_FOUND', `${named} is neither a file nor a saved workflow`, {
    hint:
      meant === undefined
        ? 'Give the path of a workflow file, such as ./release-notes.json.'
        : `Did you mean ${join(dirname(named), meant)}?`,
  });
}

function jsonFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}
