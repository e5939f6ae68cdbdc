// `pflow validate`: the flags and the help.
import type { Command } from 'commander';
import type { Done } from '../done.ts';
import { nodesOption } from '../flags.ts';
import type { Terminal } from '../terminal.ts';

export interface ValidateFlags {
  readonly json?: boolean;
  readonly nodes: readonly string[];
  readonly verbose?: boolean;
}

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
    .action(async (file: string, flags: ValidateFlags) => {
      const { executeValidate } = await import('../run/execute-validate.ts');
      done(await executeValidate(file, flags, terminal));
    });
}
