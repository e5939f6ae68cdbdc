// Runs the static checks at the same time, and prints the output of each one when it ends.
import { spawn } from 'node:child_process';

const CHECKS = [
  ['eslint', '.'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['tsc', '-p', 'test/tsconfig.json'],
] as const;

function runCheck([program, ...args]: (typeof CHECKS)[number]): Promise<boolean> {
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(`${program} ${code === 0 ? 'passed' : 'failed'}\n`);
      process.stdout.write(Buffer.concat(chunks));
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(CHECKS.map(runCheck));
if (passed.includes(false)) process.exitCode = 1;
