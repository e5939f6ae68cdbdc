// Runs the linters, Prettier and the type check of the tests at the same time. The type check needs a build.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { TYPE_CHECKER } from './compiler.ts';

const COMMANDS = [
  ['eslint', '.'],
  ['oxlint', '--type-aware', '--threads', '1'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
  [...TYPE_CHECKER, '-p', 'test/tsconfig.json'],
] as const;

export interface CheckResult {
  readonly program: string;
  readonly passed: boolean;
  readonly output: string;
}

export function startStaticChecks(): readonly Promise<CheckResult>[] {
  return COMMANDS.map(runCheck);
}

function runCheck([program, ...args]: (typeof COMMANDS)[number]): Promise<CheckResult> {
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ program: basename(program), passed: code === 0, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** Prints whether a check passed, and its output. */
export function printCheck({ program, passed, output }: CheckResult): void {
  process.stdout.write(`${program} ${passed ? 'passed' : 'failed'}\n${output}`);
}
