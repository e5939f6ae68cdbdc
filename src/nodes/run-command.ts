// Runs one command in a shell with its own process group, and reads its output. Ends with the process of the shell;
// on an abort, it ends everything that the command has started. Does not interpret exit codes; the caller does.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { MARK } from './command-processes.ts';
import { endCommand, killCommand } from './end-group.ts';
import { endWithRun } from './left-processes.ts';

interface Command {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Empty by default. */
  readonly stdin?: string;
  /** Ends the command. */
  readonly signal: AbortSignal;
  /** Ends what the command left running in the background. */
  readonly runSignal: AbortSignal;
  /** Called with what the command writes, as it comes. */
  readonly onOutput?: (bytes: Buffer) => void;
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

/** Others may hold a pipe after the end of the process. It is read for 200 ms, or until 40 ms are silent. */
const STEP_MS = 10;
const MOST_STEPS = 20;
const QUIET_STEPS = 4;

export function runCommand(requested: Command): Promise<CommandResult> {
  const { command, cwd, env, stdin, signal, runSignal, onOutput } = requested;
  return new Promise((resolve, reject) => {
    const mark = randomUUID();
    const child = spawn('/bin/sh', ['-c', command], {
      cwd,
      env: { ...env, [MARK]: mark },
      detached: true,
      stdio: 'pipe',
    });
    const started = child.pid === undefined ? undefined : { pid: child.pid, mark };
    let ending: Promise<void> | undefined;
    let overflowed = false;
    const stop = (): void => {
      if (started !== undefined) ending ??= endCommand(started);
    };
    const stopOverflow = (): void => {
      overflowed = true;
      stop();
    };
    const stdout = new Collector(child.stdout, stopOverflow);
    const stderr = new Collector(child.stderr, stopOverflow);
    if (onOutput !== undefined)
      for (const stream of [child.stdout, child.stderr]) stream.on('data', onOutput);
    // A command may leave its input unread, so a broken pipe is not a failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    // An immediate exit of this process must not leave the command behind.
    const kill = (): void => {
      if (started !== undefined) killCommand(started);
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
    child.on('exit', (code, killedBy) => {
      const finish = async (): Promise<void> => {
        await Promise.all([stdout.drain(), stderr.drain()]);
        await ending;
        removeListeners();
        release(child);
        if (started !== undefined && ending === undefined) endWithRun(started, runSignal);
        resolve({ stdout: stdout.bytes, stderr: stderr.bytes, code, killedBy, overflowed });
      };
      void finish();
    });
  });
}

/** Lets this process end although something in the background holds the pipes. */
function release({ stdin, stdout, stderr }: ChildProcess): void {
  stdin?.destroy();
  for (const stream of [stdout, stderr]) {
    stream?.resume();
    (stream as Socket | null)?.unref();
  }
}

class Collector {
  private readonly chunks: Buffer[] = [];
  private readonly stream: Readable;
  private readonly closed: Promise<void>;
  private isClosed = false;
  private size = 0;

  constructor(stream: Readable, onOverflow: () => void) {
    this.stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.size += chunk.length;
      if (this.size > MAX_OUTPUT_BYTES) onOverflow();
      else this.chunks.push(chunk);
    });
    this.closed = new Promise((resolve) => {
      stream.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Reads on after the end of the process, until the pipe is closed or silent. */
  async drain(): Promise<void> {
    for (let step = 0, quiet = 0; !this.isClosed && step < MOST_STEPS && quiet < QUIET_STEPS; step += 1) {
      const before = this.size;
      await Promise.race([this.closed, letPipesBeRead()]);
      quiet = this.size === before ? quiet + 1 : 0;
    }
    this.stream.removeAllListeners('data');
  }
}

/** Lets the event loop read what is in the pipes. */
function letPipesBeRead(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => setImmediate(resolve), STEP_MS).unref();
  });
}
