// Checks that a file exists before it is copied, moved or deleted.
import { lstat, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { NodeFailure } from '../flow/node-failure.ts';
import { fileError } from './file-error.ts';

interface RequiredFile {
  readonly path: string;
  /** For messages: the path as the workflow has it. */
  readonly shown: string;
  /** For messages: `copy`. */
  readonly operation: string;
}

/** Follows links. */
export async function requireFile(file: RequiredFile): Promise<Stats> {
  return requireRegularFile(await stat(file.path).catch(throwFileError(file)), file);
}

/** Does not follow links: a link is accepted wherever it leads. */
export async function requireEntry(file: RequiredFile): Promise<Stats> {
  const found = await lstat(file.path).catch(throwFileError(file));
  return found.isSymbolicLink() ? found : requireRegularFile(found, file);
}

function throwFileError({ shown, operation }: RequiredFile): (error: unknown) => never {
  return (error) => {
    throw fileError(operation, shown, error);
  };
}

function requireRegularFile(found: Stats, { shown, operation }: RequiredFile): Stats {
  if (found.isFile()) return found;
  const reason = found.isDirectory() ? 'it is a folder' : 'it is not a file';
  throw new NodeFailure(`cannot ${operation} "${shown}": ${reason}`);
}
