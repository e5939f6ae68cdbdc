// Runs the built program as a user would: as a process with arguments, an environment and piped input.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cleanEnvironment } from './clean-environment.ts';
import { runHosted } from './cli-host.ts';
import type { CliRun } from './cli-run.ts';

export type { CliRun } from './cli-run.ts';
import { ROOT } from './root.ts';

export { cleanEnvironment, ROOT };

export const PROGRAM = join(ROOT, 'dist/bin/pflow.js');

if (!existsSync(PROGRAM)) throw new Error('dist/bin/pflow.js is missing: run "npm run build" first');

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Piped to stdin; by default stdin is closed. */
  readonly stdin?: string | Buffer;
  /**
   * Runs the command in a process of its own. Piped input, `onStart`, an environment for Node and OWN_PROCESSES=1 for
   * the tests do the same. Otherwise commands share a process, since starting one takes most of the time of a test.
   */
  readonly ownProcess?: boolean;
  /** Called once the process has been spawned. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
}

/** Creates an empty folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const cwd = options.cwd ?? temporaryFolder();
  const env = { ...cleanEnvironment(cwd), ...options.env };
  if (!needsProcess(options, env)) return runHosted(PROGRAM, { args, cwd, env });
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on('error', () => undefined);
  if (options.stdin !== undefined) child.stdin?.end(options.stdin);
  options.onStart?.(child);
  return new Promise((resolveRun, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolveRun({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

function needsProcess(options: CliOptions, env: Readonly<Record<string, string>>): boolean {
  if (process.env['OWN_PROCESSES'] === '1') return true;
  if (options.ownProcess === true || options.stdin !== undefined || options.onStart !== undefined)
    return true;
  return Object.keys(env).some((name) => name.startsWith('NODE_'));
}
