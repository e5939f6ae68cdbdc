// `pflow validate`: its options and its help.
import type { Command } from 'commander';
import type { Done } from '../done.ts';
import { nodesOption } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ValidateOptions } from './execute-validate.ts';

export function addValidate(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('validate')
    .description('check a workflow without running it')
    .argument('<file>', 'a workflow file, or the name of a saved one')
    .addOption(nodesOption())
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow validate release-notes.json\n')
    .action(async (file: string, flags: ValidateOptions) => {
      const { executeValidate } = await import('./execute-validate.ts');
      done(await executeValidate(file, flags, terminal));
    });
}
