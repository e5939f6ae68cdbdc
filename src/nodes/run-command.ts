// Runs one command in a shell with its own process group, reads what it says, and ends the whole group when
// asked to stop. It judges nothing: exit codes are the business of the caller.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { endGroup, killGroup } from './end-group.ts';

export interface Command {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without it the command reads an empty input. */
  readonly stdin?: string;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** It wrote more than can be kept and was ended for that. */
  readonly overflowed: boolean;
}

export const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** How long a pipe may stay open after its group was ended: somebody outside of the group may hold it. */
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
    const full = (): void => {
      overflowed = true;
      stop();
    };
    const stdout = collect(child.stdout, full);
    const stderr = collect(child.stderr, full);
    // A command may end without reading its input: the broken pipe is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    // Whoever ends this process at once must not leave the command behind.
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', stop, { once: true });
    process.on('exit', kill);
    const letGo = (): void => {
      signal.removeEventListener('abort', stop);
      process.off('exit', kill);
    };
    child.on('error', (error) => {
      letGo();
      reject(error);
    });
    child.on('close', (code, killedBy) => {
      letGo();
      const settle = (): void => {
        resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), code, killedBy, overflowed });
      };
      void Promise.resolve(ending).then(settle);
    });
  });
}

function collect(stream: Readable, full: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT_BYTES) full();
    else chunks.push(chunk);
  });
  return chunks;
}
