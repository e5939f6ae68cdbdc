// Defines the options and the help of `pflow import`.
import type { Command } from 'commander';
import { createNodesOption, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ImportFlags } from './import-file.ts';

export function addImport(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('import')
    .description('convert a workflow in Markdown, or in an old JSON form, and print it')
    .argument('<file>', 'a .pflow.md or .json file, or - for stdin')
    .option('--strict', 'exit code 1 if a step is not carried over, or the result is not valid')
    .addOption(createNodesOption())
    .option('--json', 'as JSON, with the notes')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow import release.pflow.md > release.json\n')
    .action(async (file: string, flags: ImportFlags) => {
      const { importFile } = await import('./import-file.ts');
      setExitCode(await importFile(file, flags, terminal));
    });
}
