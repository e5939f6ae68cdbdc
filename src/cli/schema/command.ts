// Defines the options and the help of `pflow schema`.
import { Argument, type Command } from 'commander';
import { createNodesOption, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SchemaFlags } from './print-schema.ts';
import { SCHEMA_NAMES, type SchemaName } from './schema-names.ts';

export function addSchema(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('schema')
    .description('print the JSON Schema of a kind of file, for editors and other programs')
    .addArgument(new Argument('<name>', 'the kind of file').choices(SCHEMA_NAMES))
    .addOption(createNodesOption())
    .option('--json', 'the default: a schema is JSON')
    .addHelpText(
      'after',
      '\nExample:\n  pflow schema workflow > workflow.schema.json\n\nIn a workflow file, "$schema": "./workflow.schema.json" makes an editor check it.\n',
    )
    .action(async (name: SchemaName, flags: SchemaFlags) => {
      const { printSchema } = await import('./print-schema.ts');
      setExitCode(await printSchema(name, flags, terminal));
    });
}
