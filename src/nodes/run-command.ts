// Runs one command in a shell with its own process group, and reads its output. Ends the whole group on an abort. Does
// not interpret exit codes; the caller does.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { endGroup, killGroup } from './end-group.ts';

interface Command {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Empty by default. */
  readonly stdin?: string;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Null when a signal ended the command. */
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** True when the command was ended because its output was too large. */
  readonly overflowed: boolean;
}

export const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** How long a pipe may stay open after its group was ended. A process outside of the group may hold it. */
const DRAIN_MS = 200;

export function runCommand({ command, cwd, env, stdin, signal }: Command): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd, env: { ...env }, detached: true, stdio: 'pipe' });
    let ending: Promise<void> | undefined;
    let overflowed = false;
    const stop = (): void => {
      if (child.pid === undefined) return;
      ending ??= endGroup(child.pid).then(() => {
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, DRAIN_MS).unref();
      });
    };
    const stopOverflow = (): void => {
      overflowed = true;
      stop();
    };
    const stdout = collect(child.stdout, stopOverflow);
    const stderr = collect(child.stderr, stopOverflow);
    // A command may leave its input unread, so a broken pipe is not a failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    // An immediate exit of this process must not leave the command behind.
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', stop, { once: true });
    process.on('exit', kill);
    const removeListeners = (): void => {
      signal.removeEventListener('abort', stop);
      process.off('exit', kill);
    };
    child.on('error', (error) => {
      removeListeners();
      reject(error);
    });
    child.on('close', (code, killedBy) => {
      removeListeners();
      const settle = (): void => {
        resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), code, killedBy, overflowed });
      };
      void Promise.resolve(ending).then(settle);
    });
  });
}

function collect(stream: Readable, onOverflow: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT_BYTES) onOverflow();
    else chunks.push(chunk);
  });
  return chunks;
}
