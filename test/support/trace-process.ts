// Runs a process under strace, which makes its system calls on one file fail, fall short or kill it, and writes down
// every one of them. Calls on other files are neither counted nor touched.
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
  /** The calls on the file, in order. */
  readonly calls: readonly TracedCall[];
  /** The fault was met: with `when=7` there were seven calls. */
  readonly hitFault: boolean;
}

export interface TracedCall {
  readonly name: string;
  readonly injected: boolean;
}

export interface TraceOptions {
  /** Absolute; need not exist yet. */
  readonly file: string;
  /** As strace has it: `write:error=ENOSPC:when=3`. */
  readonly inject: string;
  readonly cwd?: string;
}

const CALL = /^\d+ +(?:<\.\.\. )?(\w+)[ (]/u;

/** `args`: of node. */
export async function traceNode(
  args: readonly string[],
  { file, inject, cwd }: TraceOptions,
): Promise<TracedRun> {
  requireTool('strace');
  const folder = mkdtempSync(join(tmpdir(), 'pflow-strace-'));
  const notes = join(folder, 'calls');
  // Faster, but with it strace sends no signals.
  const quick = inject.includes(':signal=') ? [] : ['--seccomp-bpf'];
  const watched = ['-P', file, '-e', 'trace=write,fdatasync,fsync,close', '-e', `inject=${inject}`];
  const words = ['-f', ...quick, '-qq', ...watched];
  const child = spawn('strace', [...words, '-o', notes, process.execPath, ...args], {
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
    throw new Error(`strace may not look into processes here (in Docker: --cap-add SYS_PTRACE): ${stderr}`);
  }
  const lines = readFileSync(notes, 'utf8').split('\n');
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

/** For 1, 2, 3 … until a run meets no fault any more; some at a time. Returns how many met one. */
export async function sweep(look: (nth: number) => Promise<TracedRun>): Promise<number> {
  const AT_A_TIME = 3;
  for (let first = 1; ; first += AT_A_TIME) {
    const numbers = Array.from({ length: AT_A_TIME }, (_, index) => first + index);
    const runs = await Promise.all(numbers.map(look));
    const through = runs.findIndex(({ hitFault: faulty }) => !faulty);
    if (through >= 0) return first + through - 1;
  }
}
