// Defines the options and the help of `pflow cancel`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import { createDatabaseOption } from '../submit/command.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function addCancel(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('cancel')
    .description('stop runs in a database; pflow resume RUN --db lets them go on')
    .argument('<run...>', 'run ids or their beginnings')
    .addOption(createDatabaseOption())
    .option('--json', 'the default: each run is a line of JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow cancel 8d1d2c7f\n')
    .action(async (runs: string[], flags: { readonly database?: string }) => {
      const { cancelRuns } = await import('./cancel-runs.ts');
      setExitCode(await cancelRuns(runs, flags, terminal));
    });
}
