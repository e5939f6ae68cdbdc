// Defines the options and the help of `pflow validate`.
import type { Command } from 'commander';
import { createNodesOption, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ValidateOptions } from './execute-validate.ts';

export function addValidate(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('validate')
    .description('check a workflow without running it')
    .argument('<file>', 'a workflow file, the name of a saved one, or - for stdin')
    .addOption(createNodesOption())
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow validate release-notes.json\n')
    .action(async (file: string, flags: ValidateOptions) => {
      const { executeValidate } = await import('./execute-validate.ts');
      setExitCode(await executeValidate(file, flags, terminal));
    });
}
