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

const CALL = /^\d+ +(?:<\.\.\. )?(\w+)[ (]/u;

/** Runs node with `args`. */
export async function traceNode(
  args: readonly string[],
  { file, inject, cwd }: TraceOptions,
): Promise<TracedRun> {
  requireTool('strace');
  const folder = mkdtempSync(join(tmpdir(), 'pflow-strace-'));
  const traceFile = join(folder, 'calls');
  // The filter makes strace faster, but it cannot send signals with it.
  const filter = inject.includes(':signal=') ? [] : ['--seccomp-bpf'];
  const traced = ['-P', file, '-e', 'trace=write,fdatasync,fsync,close', '-e', `inject=${inject}`];
  const options = ['-f', ...filter, '-qq', ...traced];
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

/** Injects the fault at call 1, 2, 3 … until a run finishes without it. Returns how many runs hit it. */
export async function sweep(run: (nth: number) => Promise<TracedRun>): Promise<number> {
  const AT_A_TIME = 3;
  for (let first = 1; ; first += AT_A_TIME) {
    const numbers = Array.from({ length: AT_A_TIME }, (_, index) => first + index);
    const runs = await Promise.all(numbers.map(run));
    const unharmed = runs.findIndex(({ hitFault: faulty }) => !faulty);
    if (unharmed >= 0) return first + unharmed - 1;
  }
}
