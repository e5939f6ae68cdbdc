// Says whether a file is there to be copied, moved or deleted, before anything is done.
import { lstat, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { NodeFailure } from '../flow/node-failure.ts';
import { fileError } from './file-error.ts';

export interface RequiredFile {
  readonly path: string;
  /** For messages: the path as the workflow has it. */
  readonly shown: string;
  /** For messages: `copy`. */
  readonly deed: string;
}

/** What a link leads to. */
export async function requireFile({ path, shown, deed }: RequiredFile): Promise<Stats> {
  return onlyFile(await stat(path).catch(failing({ path, shown, deed })), { path, shown, deed });
}

/** The link itself, wherever it leads. */
export async function requireEntry(wanted: RequiredFile): Promise<Stats> {
  const found = await lstat(wanted.path).catch(failing(wanted));
  return found.isSymbolicLink() ? found : onlyFile(found, wanted);
}

function failing({ shown, deed }: RequiredFile): (error: unknown) => never {
  return (error) => {
    throw fileError(deed, shown, error);
  };
}

function onlyFile(found: Stats, { shown, deed }: RequiredFile): Stats {
  if (found.isFile()) return found;
  throw new NodeFailure(
    `cannot ${deed} "${shown}": ${found.isDirectory() ? 'it is a folder' : 'it is no file'}`,
  );
}
