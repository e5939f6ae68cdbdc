// Runs the linters, Prettier and the type check of the tests at the same time. The type check needs a build.
import { spawn } from 'node:child_process';
import { parse } from 'node:path';
import { TYPE_CHECKER } from './compiler.ts';
import { OPTIMIZE_LATE } from './optimize-late.ts';

/** A program and its arguments. */
type Command = readonly [string, ...string[]];

const COMMANDS: readonly Command[] = [
  ['node_modules/eslint/bin/eslint.js', '.'],
  ['node_modules/oxlint/bin/oxlint', '--type-aware', '--threads', '1'],
  ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  [...TYPE_CHECKER, '-p', 'test/tsconfig.json'],
];

export interface CheckResult {
  readonly program: string;
  readonly passed: boolean;
  readonly output: string;
}

export function startStaticChecks(): readonly Promise<CheckResult>[] {
  return COMMANDS.map(runCheck);
}

function runCheck([program, ...args]: Command): Promise<CheckResult> {
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(process.execPath, [OPTIMIZE_LATE, program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ program: parse(program).name, passed: code === 0, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** Prints whether a check passed, and its output. */
export function printCheck({ program, passed, output }: CheckResult): void {
  process.stdout.write(`${program} ${passed ? 'passed' : 'failed'}\n${output}`);
}
