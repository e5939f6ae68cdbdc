// Runs the built program on a pseudo-terminal, which `script` provides.
import { spawn } from 'node:child_process';
import { cleanEnvironment } from './clean-environment.ts';
import { PROGRAM } from './cli.ts';

const CLEAR_LINE = '\r\u001b[2K';

interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Typed one after the other, each when the next prompt `[y/N]` is on the screen. */
  readonly replies?: readonly string[];
}

/** Returns the screen output without the codes that clear the progress line; `args` is shell text. */
export async function runOnTerminal(
  cwd: string,
  args: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await runWithReplies(cwd, args, { env })).screen;
}

/** Returns the exit code too. */
export async function runWithReplies(
  cwd: string,
  args: string,
  { env = {}, replies = [] }: TerminalOptions,
): Promise<{ readonly screen: string; readonly code: number | null }> {
  const command = `"${process.execPath}" "${PROGRAM}" ${args}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...cleanEnvironment(cwd), TERM: 'xterm', ...env },
    stdio: [replies.length === 0 ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  let typed = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    const prompts = Buffer.concat(chunks).toString('utf8').split('[y/N]').length - 1;
    if (prompts > typed && typed < replies.length) {
      child.stdin?.write(replies[typed] ?? '');
      typed += 1;
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const screen = Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n').replaceAll(CLEAR_LINE, '');
  return { screen, code };
}
