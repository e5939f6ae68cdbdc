// Finds the folder in which runs keep their logs: PFLOW_LOG_DIR, else `log_dir` of the settings.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { expandHome } from '../values/home-path.ts';
import { homeFolder } from './paths.ts';
import { readSettings } from './settings.ts';
import type { Environment } from '../values/environment.ts';

/** Returns the folder in which runs keep their logs, if there is one. */
export function configuredLogFolder(env: Environment): string | undefined {
  const given = env['PFLOW_LOG_DIR'] ?? '';
  if (given !== '') return expandHome(given, homedir());
  const { log_dir } = readSettings(env);
  return log_dir === undefined ? undefined : resolve(homeFolder(env), expandHome(log_dir, homedir()));
}
