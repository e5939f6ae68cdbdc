// Runs a process under strace and records its system calls on one file. They can be made to fail, fall short or kill
// the process. Calls on other files are neither counted nor changed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from './clean-environment.ts';
import { requireTool } from './require-tool.ts';

export interface TracedRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The system calls on the file, in order. */
  readonly calls: readonly TracedCall[];
  /** The fault was injected: with `when=7` there were at least seven calls. */
  readonly hitFault: boolean;
}

export interface TracedCall {
  readonly name: string;
  readonly injected: boolean;
}

export interface TraceOptions {
  /** An absolute path; the file need not exist yet. */
  readonly file: string;
  /** The fault in strace's notation, such as `write:error=ENOSPC:when=3`. */
  readonly inject: string;
  readonly cwd?: string;
}

/** The number of the thread comes first where threads are followed. */
const CALL = /^(?:\d+ +)?(?:<\.\.\. )?(\w+)[ (]/u;

/** Runs node with `args`. */
export async function traceNode(
  args: readonly string[],
  { file, inject, cwd }: TraceOptions,
): Promise<TracedRun> {
  requireTool('strace');
  const folder = mkdtempSync(join(tmpdir(), 'pflow-strace-'));
  const traceFile = join(folder, 'calls');
  // The filter makes strace faster. It requires that threads are followed, and cannot send signals: then only the main
  // thread is traced, which writes the log.
  const followed = inject.includes(':signal=') ? [] : ['-f', '--seccomp-bpf'];
  const traced = ['-P', file, '-e', 'trace=write,fdatasync,fsync,close', '-e', `inject=${inject}`];
  const options = [...followed, '-qq', ...traced];
  const child = spawn('strace', [...options, '-o', traceFile, process.execPath, ...args], {
    cwd: cwd ?? folder,
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, by) => {
      resolve([exit, by]);
    });
  });
  if (/ptrace.*not permitted/iu.test(stderr)) {
    throw new Error(
      `strace is not permitted to trace processes here (in Docker: --cap-add SYS_PTRACE): ${stderr}`,
    );
  }
  const lines = readFileSync(traceFile, 'utf8').split('\n');
  rmSync(folder, { recursive: true });
  const calls = lines.flatMap((line) => {
    const name = CALL.exec(line)?.[1];
    return name === undefined ? [] : [{ name, injected: line.includes('(INJECTED)') }];
  });
  return {
    code,
    signal,
    stdout,
    stderr,
    calls,
    hitFault: signal === 'SIGKILL' || calls.some((call) => call.injected),
  };
}

/**
 * Injects the fault at call 1, 2, 3 … until a run finishes without it. Returns how many runs hit it. No run is started
 * for nothing where that is the `expected` number.
 */
export async function sweep(expected: number, run: (nth: number) => Promise<TracedRun>): Promise<number> {
  const AT_A_TIME = 3;
  let unharmed = Infinity;
  const injectAt = async (nth: number): Promise<void> => {
    if (!(await run(nth)).hitFault) unharmed = Math.min(unharmed, nth);
  };
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= expected + 1 && unharmed === Infinity) await injectAt(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  while (unharmed === Infinity) await injectAt(next++);
  return unharmed - 1;
}
