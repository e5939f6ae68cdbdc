// Names the folders and files in which pflow keeps things: `PFLOW_HOME`, else `~/.pflow`.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PflowError } from '../errors.ts';
import { expandHome } from '../values/home-path.ts';

export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['PFLOW_HOME'];
  return configured === undefined || configured === ''
    ? join(homedir(), '.pflow')
    : expandHome(configured, homedir());
}

export function savedFolder(home: string): string {
  return join(home, 'workflows');
}

export function savedWorkflowPath(home: string, name: string): string {
  return join(savedFolder(home), `${name}.json`);
}

/** Cannot be the path of a saved workflow: those end in `.json`. */
export function savedHistoryPath(home: string, name: string): string {
  return join(savedFolder(home), `${name}.history.ndjson`);
}

export function debugFolder(home: string): string {
  return join(home, 'debug');
}

/** Returns the current folder of the process. Throws FILE_NOT_FOUND if it has been deleted. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new PflowError('FILE_NOT_FOUND', 'the current folder does not exist any more', {
      hint: 'Change to another folder, and run again.',
      cause: error,
    });
  }
}
