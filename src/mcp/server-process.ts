// Runs an MCP server as a process of its own group, and ends everything that it has started.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { StdioServer } from '../home/mcp/server-schema.ts';
import { MARK, type StartedCommand } from '../nodes/command-processes.ts';
import { endCommand, isGroupAlive, killCommand } from '../nodes/end-group.ts';
import { LineTransport } from './line-transport.ts';
import { TextTail } from './text-tail.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a server may go on after the end of its input, before it is asked by a signal. */
const QUIET_END_MS = 500;

/** A server gets these variables and those of its configuration: it needs no key that is meant for others. */
const INHERITED = /^(?:HOME|LOGNAME|PATH|SHELL|TERM|USER|LANG|LC_[A-Z]+|TMPDIR|TZ)$/u;

export interface ServerProcess {
  readonly transport: LineTransport;
  /** How the process ended; undefined while it runs. */
  readonly exit: string | undefined;
  readonly stderr: TextTail;
  /** Lines on stdout that are no messages. */
  readonly foreign: TextTail;
}

/** Rejects where the command cannot be started. `cwd` is the folder of the run. */
export async function startServerProcess(
  { command, args, env: own, cwd: folder }: StdioServer,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<ServerProcess> {
  const mark = randomUUID();
  const inherited = Object.entries(env).filter(([name]) => INHERITED.test(name));
  const child = spawn(command, args, {
    cwd: folder ?? cwd,
    env: { ...Object.fromEntries(inherited), ...own, [MARK]: mark },
    detached: true,
    stdio: 'pipe',
  });
  const state: { exit: string | undefined } = { exit: undefined };
  const stderr = new TextTail();
  const foreign = new TextTail();
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const started = { pid: child.pid ?? 0, mark };
  const transport = new LineTransport({
    input: child.stdout,
    output: child.stdin,
    onForeignLine: (line) => {
      foreign.add(Buffer.concat([line, Buffer.from('\n')]));
    },
    end: () => endProcess(child, started),
  });
  // An immediate exit of this process must not leave the server behind.
  const kill = (): void => {
    killCommand(started);
  };
  process.on('exit', kill);
  child.on('error', () => undefined);
  child.once('exit', (code, signal) => {
    state.exit = signal === null ? `exit code ${String(code)}` : `killed by ${signal}`;
  });
  // Everything that it wrote has been read by then, unless a child of its holds the pipes.
  const finish = (): void => {
    process.off('exit', kill);
    transport.finish();
  };
  child.once('close', finish);
  child.once('exit', () => setTimeout(finish, QUIET_END_MS).unref());
  return {
    transport,
    stderr,
    foreign,
    get exit() {
      return state.exit;
    },
  };
}

/** Closes its input, which most servers take as their end, and then ends the group. */
async function endProcess(child: ChildProcessWithoutNullStreams, started: StartedCommand): Promise<void> {
  child.stdin.end();
  await waitForExit(child);
  if (child.exitCode === null && child.signalCode === null) await endCommand(started);
  else if (isGroupAlive(started)) await endCommand(started);
  else killCommand(started);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}

function waitForExit(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, QUIET_END_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
