// What the system says about a file, as a sentence for people.
import { NodeFailure } from '../flow/node-failure.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a part of its path is no folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
  ERR_STRING_TOO_LONG: 'it is larger than a string can be',
};

/** `path` is shown as the workflow has it. What is a sentence already stays what it is. */
export function fileError(deed: string, path: string, error: unknown): NodeFailure {
  if (error instanceof NodeFailure) return error;
  const code = (error as { code?: unknown }).code;
  const known = typeof code === 'string' ? REASONS[code] : undefined;
  const reason = known ?? (error instanceof Error ? error.message : String(error));
  return new NodeFailure(`cannot ${deed} "${path}": ${reason}`, { cause: error });
}
