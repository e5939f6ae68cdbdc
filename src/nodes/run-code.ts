// Runs JavaScript in its own process, without files, environment or rights. Ends it at its limits of time and memory,
// or on an abort. Whatever the code does to its process, the outcome is one value. The caller interprets it.
import { spawn, type ChildProcess } from 'node:child_process';
import { parseExactJson } from '../values/exact-json.ts';
import { CODE_PROGRAM, programInput } from './code-program.ts';
import type { EncodedInputs } from './encode-inputs.ts';
import { killGroup } from './end-group.ts';
import { watchMemory } from './watch-memory.ts';

interface CodeRun {
  readonly code: string;
  readonly inputs: EncodedInputs;
  readonly memoryMb: number;
  readonly timeoutS: number;
  readonly signal: AbortSignal;
}

export interface CodeError {
  /** Name of the thrown error. An invalid result is `NotPlain`, `NoResult`, `TooLarge` or `TooDeep`. */
  readonly name: string;
  readonly message: string;
  readonly line?: number;
}

export type CodeOutcome =
  /** `action`: what the code gave to `next()`. */
  | { readonly result: unknown; readonly action?: string }
  | { readonly error: CodeError }
  /** The code waits for a promise that never settles. */
  | { readonly pending: true }
  | { readonly outOfMemory: true }
  /** The code was ended by the signal. */
  | { readonly ended: true }
  /** The process ended without an outcome: a signal, an exit code, or the reason why it did not start. */
  | { readonly crashed: string };

/** Bytes of a result. */
export const RESULT_BYTES = 64 * 1024 * 1024;
const ERROR_BYTES = 16 * 1024;
/** Memory of Node.js itself, and garbage that is not collected yet. */
const OWN_MEMORY_MB = 48;
/** What a process may reserve beyond twice its limit, where the system can bound it. */
const RESERVE_MB = 320;

/**
 * Limits that hold even when this process is gone: no core dump, seconds of processor time, and kilobytes of data. A
 * system without one of them goes on without it.
 */
const LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -d "$2"; shift 2; exec "$@"';
const OUT_OF_MEMORY = /out of memory|allocation failed|committing semi space/iu;

export async function runCode({ code, inputs, memoryMb, timeoutS, signal }: CodeRun): Promise<CodeOutcome> {
  if (signal.aborted) return { ended: true };
  const child = startProcess(memoryMb, timeoutS);
  const { pid } = child;
  let stopped: CodeOutcome | undefined;
  const stop = (outcome: CodeOutcome): void => {
    stopped ??= outcome;
    if (pid !== undefined) killGroup(pid);
  };
  const onAbort = (): void => {
    stop({ ended: true });
  };
  let stopWatch = (): void => undefined;
  const output = collect(child.stdout, RESULT_BYTES, () => {
    stop({ error: { name: 'TooLarge', message: 'result' } });
  });
  const errors = collect(child.stderr, ERROR_BYTES, () => undefined);
  child.stdout?.once('data', (first: Buffer) => {
    const baseBytes = Number.parseInt(first.toString('latin1'), 10);
    if (pid === undefined || stopped !== undefined || !Number.isFinite(baseBytes)) return;
    const limitBytes = baseBytes + (memoryMb + OWN_MEMORY_MB) * 1024 * 1024;
    stopWatch = watchMemory(pid, limitBytes, () => {
      stop({ outOfMemory: true });
    });
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const end = ended(child);
    // A process that has died does not read: its end is the reason.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(programInput(code, inputs));
    const how = await end;
    return stopped ?? readOutcome(output(), errors(), how);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopWatch();
    if (pid !== undefined) living.delete(pid);
  }
}

/** Processes that an immediate exit of this one must not leave behind. */
const living = new Set<number>();
let killsAtExit = false;

function startProcess(memoryMb: number, timeoutS: number): ChildProcess {
  const seconds = String(Math.min(Math.ceil(timeoutS) * 4 + 10, 1_000_000_000));
  const kilobytes = String((2 * memoryMb + RESERVE_MB) * 1024);
  const node = [process.execPath, permissionFlag(), `--max-old-space-size=${String(memoryMb)}`];
  const youngMb = String(Math.max(1, Math.floor(memoryMb / 8)));
  const flags = [`--max-semi-space-size=${youngMb}`, '--v8-pool-size=1', '-e', CODE_PROGRAM];
  const child = spawn('/bin/sh', ['-c', LIMITED, 'sh', seconds, kilobytes, ...node, ...flags], {
    env: {},
    cwd: '/',
    detached: true,
    stdio: 'pipe',
  });
  if (child.pid !== undefined) living.add(child.pid);
  if (!killsAtExit) {
    killsAtExit = true;
    process.on('exit', () => {
      for (const pid of living) killGroup(pid);
    });
  }
  return child;
}

/** The process has no permission: it opens no file and starts nothing, even outside the context. */
function permissionFlag(): string {
  const flag = '--permission';
  return process.allowedNodeEnvironmentFlags.has(flag) ? flag : '--experimental-permission';
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, endSignal) => {
      resolve(endSignal ?? `exit code ${String(code)}`);
    });
  });
}

function readOutcome(output: Buffer, errors: Buffer, how: string): CodeOutcome {
  const [, outcome, end] = output.toString('utf8').split('\n');
  // The last newline is written after everything else.
  if (outcome === undefined || end === undefined) {
    return OUT_OF_MEMORY.test(errors.toString('latin1')) ? { outOfMemory: true } : { crashed: how };
  }
  if (outcome === 'pending') return { pending: true };
  try {
    const value = parseExactJson(outcome.slice(1));
    if (outcome.startsWith('R')) return { result: value };
    if (!outcome.startsWith('A')) return { error: value as CodeError };
    const [action, result] = value as [string, unknown];
    return { result, action };
  } catch (error) {
    return { crashed: error instanceof Error ? error.message : String(error) };
  }
}

/** Keeps at most `limit` bytes. Returns what was kept. */
function collect(stream: NodeJS.ReadableStream | null, limit: number, onOverflow: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onOverflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}
