// Turns an error of the file system into a sentence for people.
import { FileTooLargeError } from '../files/read-bytes.ts';
import { NodeFailure } from '../flow/node-failure.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EBUSY: 'it is in use, such as a mount point',
  ENXIO: 'it is a socket, or a device that is not there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
  ERR_STRING_TOO_LONG: 'it is larger than a string can be',
};

/** `shown` is the path as the workflow has it. Returns a NodeFailure unchanged. */
export function fileError(operation: string, shown: string, error: unknown): NodeFailure {
  if (error instanceof NodeFailure) return error;
  const code = (error as { code?: unknown }).code;
  const known = findReason(shown, code);
  if (error instanceof FileTooLargeError) return tooLargeError(operation, shown, error);
  const reason = known ?? (error instanceof Error ? error.message : String(error));
  return new NodeFailure(`cannot ${operation} "${shown}": ${reason}`, { cause: error });
}

function findReason(shown: string, code: unknown): string | undefined {
  if (shown.includes('\0')) return 'its path holds a NUL character';
  return typeof code === 'string' ? REASONS[code] : undefined;
}

/** The failure of an operation that would replace or change a log. */
export function logError(operation: string, shown: string): NodeFailure {
  return new NodeFailure(`cannot ${operation} "${shown}": it is a log, and a log is never replaced`, {
    hint: 'Choose another path. A delete-file node deletes a log that is not needed.',
  });
}

function tooLargeError(operation: string, shown: string, cause: FileTooLargeError): NodeFailure {
  return new NodeFailure(`cannot ${operation} "${shown}": ${cause.message}`, {
    hint: 'Raise its max_bytes, or take the part that is needed with a shell node.',
    cause,
  });
}
