// Defines the options and the help of `pflow projections`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ProjectionsOptions } from './list-projections.ts';

export function addProjections(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('projections')
    .description('list the projections, one line each')
    .addOption(createFormatOption())
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  pflow projections\n')
    .action(async (options: ProjectionsOptions) => {
      const { listProjections } = await import('./list-projections.ts');
      setExitCode(listProjections(options, terminal));
    });
}
