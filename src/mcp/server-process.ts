// Runs an MCP server in a process group of its own. Ends everything that the server has started.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { StdioServer } from '../home/mcp/server-schema.ts';
import { MARK, type StartedCommand } from '../nodes/command-processes.ts';
import { endCommand, isGroupAlive, killCommand } from '../nodes/end-group.ts';
import { LineTransport } from './line-transport.ts';
import { TextTail } from './text-tail.ts';
import type { Environment } from '../values/environment.ts';

/** How long a server may go on after the end of its input. Signals end it then. */
const QUIET_END_MS = 250;
const KILLED_MS = 1_000;
/** How long the output of a process that has ended may pause: a child of it may write the answer. */
const LAST_OUTPUT_MS = 2_000;

/** A server gets these variables and those of its configuration: it needs no key that is meant for others. */
const INHERITED = /^(?:HOME|LOGNAME|PATH|SHELL|TERM|USER|LANG|LC_[A-Z]+|TMPDIR|TZ)$/u;

export interface ServerProcess {
  readonly transport: LineTransport;
  /** How the process ended; undefined while it runs. */
  readonly exit: string | undefined;
  readonly stderr: TextTail;
  /** Lines on stdout that are not messages. */
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
  // Everything that it and its children wrote has been read by then.
  child.once('close', () => {
    process.off('exit', kill);
    transport.finish();
  });
  child.once('exit', () => {
    whenSilent(child, () => void transport.close());
  });
  return {
    transport,
    stderr,
    foreign,
    get exit() {
      return state.exit;
    },
  };
}

/** Waits for a pause: a child may hold the pipes and never write to them. */
function whenSilent(child: ChildProcessWithoutNullStreams, then: () => void): void {
  const timer = setTimeout(then, LAST_OUTPUT_MS).unref();
  const wait = (): void => {
    timer.refresh();
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', wait);
  child.once('close', () => {
    for (const stream of [child.stdout, child.stderr]) stream.off('data', wait);
    clearTimeout(timer);
  });
}

/** Closes its input, which most servers take as their end, and then ends the group. */
async function endProcess(child: ChildProcessWithoutNullStreams, started: StartedCommand): Promise<void> {
  child.stdin.end();
  await waitForExit(child, QUIET_END_MS);
  if (!hasExited(child) || isGroupAlive(started)) await endCommand(started);
  else killCommand(started);
  // What was killed takes a moment to end.
  await waitForExit(child, KILLED_MS);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}

function hasExited({ exitCode, signalCode }: ChildProcessWithoutNullStreams): boolean {
  return exitCode !== null || signalCode !== null;
}

function waitForExit(child: ChildProcessWithoutNullStreams, milliseconds: number): Promise<void> {
  if (hasExited(child)) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
