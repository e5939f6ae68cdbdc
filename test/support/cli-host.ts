// Runs commands in one process that each test worker shares.
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OPTIMIZE_LATE } from '../../scripts/optimize-late.ts';
import type { CliRun } from './cli-run.ts';

const HOST = join(fileURLToPath(new URL('.', import.meta.url)), 'cli-host.mjs');
/** A command that takes longer is killed together with its host. */
const LIMIT_MS = 230_000;

export interface HostedCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

type Reply = (CliRun & { readonly id: number }) | { readonly id: number; readonly error: string };

const state: { child?: ChildProcess; tail: Promise<unknown>; count: number } = {
  tail: Promise.resolve(),
  count: 0,
};

/** Runs a command after those that were given before it. */
export function runHosted(program: string, command: HostedCommand): Promise<CliRun> {
  const result = state.tail.then(() => send(program, command));
  state.tail = result.catch(() => undefined);
  return result;
}

function send(program: string, command: HostedCommand): Promise<CliRun> {
  const child = (state.child ??= startHost(program));
  const id = ++state.count;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      settle();
    };
    const onMessage = (reply: Reply): void => {
      end(() => {
        if ('error' in reply) reject(new Error(reply.error));
        else resolve({ code: reply.code, signal: null, stdout: reply.stdout, stderr: reply.stderr });
      });
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      delete state.child;
      end(() => {
        reject(new Error(`the host ended with ${String(signal ?? code)} during ${command.args.join(' ')}`));
      });
    };
    child.on('message', onMessage).on('exit', onExit);
    child.send({ id, ...command });
  });
}

function startHost(program: string): ChildProcess {
  const child = fork(HOST, [program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [OPTIMIZE_LATE],
  });
  child.unref();
  child.channel?.unref();
  return child;
}
