// Where pflow keeps things: `PFLOW_HOME`, else `~/.pflow`.
import { homedir } from 'node:os';
import { join } from 'node:path';

export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['PFLOW_HOME'];
  return given === undefined || given === '' ? join(homedir(), '.pflow') : given;
}

export function savedFolder(home: string): string {
  return join(home, 'workflows');
}

export function savedWorkflowPath(home: string, name: string): string {
  return join(savedFolder(home), `${name}.json`);
}

/** No saved name can make a file that ends like this. */
export function savedHistoryPath(home: string, name: string): string {
  return join(savedFolder(home), `${name}.history.ndjson`);
}

export function debugFolder(home: string): string {
  return join(home, 'debug');
}
