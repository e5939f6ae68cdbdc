// Finds processes by the mark of a simulated run in their environment.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { RUN_MARK } from './surroundings.ts';

const PART = Buffer.alloc(16 * 1024);

type Environment = Readonly<Record<string, string>>;

export const STEP_MS = 50;
/** A command has a second to end after its signal; a busy machine takes longer. */
export const PATIENCE_MS = 30_000;

/** What a stopped run left behind. A command of a run that succeeded may leave something in the background. */
export async function findMarkedProcesses(
  env: Environment,
  outcome: Pick<RunOutcome, 'status'> | undefined,
): Promise<readonly string[]> {
  if (outcome?.status !== 'interrupted') return [];
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (listMarked(env).length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  return listMarked(env).map(({ command }) => `the process "${command}" is left`);
}

export function endMarkedProcesses(env: Environment): void {
  for (const { pid } of listMarked(env)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function listMarked(env: Environment): { readonly pid: number; readonly command: string }[] {
  const entry = `\0${RUN_MARK}=${env[RUN_MARK] ?? ''}\0`;
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/u.test(name) || Number(name) === process.pid) return [];
    const environment = readText(`/proc/${name}/environ`);
    if (!`\0${environment}`.includes(entry)) return [];
    return [{ pid: Number(name), command: readText(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim() }];
  });
}

/** Such files have no size: reading one whole would need a large buffer for each. */
function readText(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      let text = '';
      for (let count = readSync(file, PART); count > 0; count = readSync(file, PART))
        text += PART.toString('latin1', 0, count);
      return text;
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
