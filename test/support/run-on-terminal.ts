// Runs the built program on a pseudo-terminal, which `script` provides.
import { spawn } from 'node:child_process';
import { cleanEnvironment } from './clean-environment.ts';
import { PROGRAM } from './cli.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** Returns the screen output without the codes that clear the progress line; `args` is shell text. */
export async function runOnTerminal(
  cwd: string,
  args: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = `"${process.execPath}" "${PROGRAM}" ${args}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...cleanEnvironment(cwd), TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n').replaceAll(CLEAR_LINE, '');
}
