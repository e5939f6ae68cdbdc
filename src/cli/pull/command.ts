// Defines the options and the help of `pflow pull`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import { createDatabaseOption } from '../submit/command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { PullFlags } from './pull-runs.ts';

export function addPull(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('pull')
    .description('write the logs of runs from a database into files, byte for byte')
    .argument('[run...]', 'run ids or their beginnings (default: all runs)')
    .requiredOption('-o, --output <folder>', 'where the files go, one for each run')
    .addOption(createDatabaseOption())
    .option('--json', 'print each run and its file as a line of JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow pull -o runs/ && pflow verify runs/\n')
    .action(async (runs: string[], flags: PullFlags) => {
      const { executePull } = await import('./pull-runs.ts');
      setExitCode(await executePull(runs, flags, terminal));
    });
}
