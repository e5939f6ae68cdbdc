#!/usr/bin/env node
// Starts the program. `--version` is printed before anything else is loaded.
import { VERSION } from '../version.ts';

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exitCode = code === 'EPIPE' ? 0 : 1;
  });
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProgram } =
    args[0] === 'spend' ? await import('./spend-program.ts') : await import('./program.ts');
  process.exitCode = await runProgram(args);
}
