// Defines the options and the help of `pflow init`.
import { Argument, Option, type Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { EXAMPLES } from './examples.ts';
import type { InitFlags } from './write-example.ts';

export function addInit(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('init')
    .description('write a small workflow to begin with, and print the line that runs it')
    .addArgument(
      new Argument('[name]', 'the name of the file, with or without .json').default(
        '',
        'that of the example',
      ),
    )
    .addOption(
      new Option('--from <example>', 'what it shows').choices(Object.keys(EXAMPLES)).default('hello'),
    )
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExamples:\n  pflow init\n  pflow init triage --from classify\n')
    .action(async (name: string, flags: InitFlags) => {
      const { writeExample } = await import('./write-example.ts');
      setExitCode(writeExample(name, flags, terminal));
    });
}
