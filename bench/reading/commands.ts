// The programs that are compared, as they are started. It does not know what they answer.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const MOST_OUTPUT = 64 * 1024 * 1024;

export function pflow(...args: readonly string[]): Command {
  return { program: process.execPath, args: ['dist/bin/pflow.js', ...args] };
}

/** One of `bench/reading/rivals`. */
export function rival(name: string, ...args: readonly string[]): Command {
  return { program: process.execPath, args: [`dist/bench/reading/rivals/${name}.js`, ...args] };
}

export function jq(...args: readonly string[]): Command {
  return { program: 'jq', args };
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Throws when it cannot be started. */
export function run({ program, args }: Command): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) throw missing(program, error);
  return { status, stdout, stderr };
}

/** What it prints; throws when it cannot be started or does not end well. */
export function outputOf(command: Command): string {
  const ended = run(command);
  if (ended.status === 0) return ended.stdout;
  throw failure(command, ended);
}

/** Builds a one-line error without paths of this machine. */
export function failure({ args }: Command, { status, stderr }: Omit<Ended, 'stdout'>): Error {
  const words = args.map((word) => basename(word)).join(' ');
  return new Error(`\`${words}\` ended with ${status}: ${stderr.trim().split('\n')[0] ?? ''}`);
}

function missing(program: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT' || program !== 'jq') return error;
  return new Error('jq is not installed: apt-get install jq, brew install jq');
}
