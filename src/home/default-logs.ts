// Finds the logs of a command that names no log: those of the folder of logs, else of ./runs where it exists.
import { PflowError } from '../errors.ts';
import { configuredLogFolder } from './log-folder.ts';
import { isFolder } from './existing-path.ts';
import type { Environment } from '../values/environment.ts';

const USUAL_FOLDER = 'runs';

/** Returns what a command reads that was given no log. Throws USAGE if no folder is known. */
export function defaultLogs(env: Environment): readonly string[] {
  const folder = configuredLogFolder(env);
  if (folder !== undefined) return [folder];
  if (isFolder(USUAL_FOLDER)) return [USUAL_FOLDER];
  throw new PflowError('USAGE', 'no log was named, and no folder of logs is known', {
    details: ['looked at PFLOW_LOG_DIR, at log_dir in the settings, and for a folder ./runs'],
    hint: 'Name a log or a folder, or keep one: pflow settings set log_dir ~/.pflow/runs.',
  });
}
