// The logs that were named: files as they are, a folder as the logs in it by name, `-` as what is piped in.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PflowError } from '../errors.ts';

export type LogSources =
  { readonly piped: true } | { readonly piped: false; readonly paths: readonly string[] };

const LOG_NAME = /\.ndjson(?:\.gz)?$/u;

export function logSources(named: readonly string[]): LogSources {
  if (!named.includes('-')) return { piped: false, paths: named.flatMap(logsAt) };
  if (named.length === 1) return { piped: true };
  throw new PflowError('USAGE', '- stands for stdin and cannot be mixed with files', {
    hint: 'Pipe everything: cat a.ndjson b.ndjson | pflow replay -',
  });
}

function logsAt(path: string): string[] {
  if (!isFolder(path)) return [path];
  const logs = namesIn(path)
    .filter((name) => LOG_NAME.test(name))
    .sort()
    .map((name) => join(path, name));
  if (logs.length > 0) return logs;
  throw new PflowError('LOG_EMPTY', `there is no log in the folder ${path}`, {
    hint: 'Logs are files that end in .ndjson or .ndjson.gz.',
  });
}

/** A path that cannot be looked at is reported by the reader, with its reason. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new PflowError(
      'FILE_UNREADABLE',
      `the folder ${folder} cannot be read: ${(error as Error).message}`,
      {
        hint: 'Check its permissions.',
        cause: error,
      },
    );
  }
}
