// Finds the folder of logs: PFLOW_LOG_DIR, else `log_dir` of the settings, else ./runs where it exists.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { expandHome } from '../values/home-path.ts';
import { homeFolder } from './paths.ts';
import { readSettings } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

const USUAL_FOLDER = 'runs';

/** Returns the folder in which runs keep their logs, if there is one. */
export function configuredLogFolder(env: Env): string | undefined {
  const given = env['PFLOW_LOG_DIR'] ?? '';
  if (given !== '') return expandHome(given, homedir());
  const { log_dir } = readSettings(env);
  return log_dir === undefined ? undefined : resolve(homeFolder(env), expandHome(log_dir, homedir()));
}

/** Returns what a command reads that was given no log. Throws USAGE if no folder is known. */
export function defaultLogs(env: Env): readonly string[] {
  const folder = configuredLogFolder(env);
  if (folder !== undefined) return [folder];
  if (isFolder(USUAL_FOLDER)) return [USUAL_FOLDER];
  throw new PflowError('USAGE', 'no log was named, and no folder of logs is known', {
    details: ['looked at PFLOW_LOG_DIR, at log_dir in the settings, and for a folder ./runs'],
    hint: 'Name a log or a folder, or keep one: pflow settings set log_dir ~/.pflow/runs.',
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
