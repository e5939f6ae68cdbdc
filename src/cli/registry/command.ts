// Defines the options and the help of `pflow registry` and its commands.
import type { Command } from 'commander';
import { addOutputOptions, createNodesOption, type SetExitCode } from '../options.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RegistryFlags } from './list-types.ts';

export function addRegistry(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const registry = program
    .command('registry')
    .description('node types: list, describe')
    .addHelpText('after', '\nExamples:\n  pflow registry list file\n  pflow registry describe http\n');
  addList(registry, terminal, setExitCode);
  addDescribe(registry, terminal, setExitCode);
}

function addList(registry: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addCommonOptions(registry.command('list'))
    .addOption(createFormatOption())
    .description('list the node types; --json: with their JSON Schemas')
    .argument('[filter...]', 'only types whose name or description contains all of these words')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow registry list\n  pflow registry list file --nodes ./my-nodes.js\n',
    )
    .action(async (filter: string[], flags: RegistryFlags) => {
      const { listTypes } = await import('./list-types.ts');
      setExitCode(await listTypes(filter, flags, terminal));
    });
}

function addDescribe(registry: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addCommonOptions(registry.command('describe'))
    .description('show the params and outputs of a node type, with an example')
    .argument('<type>', 'a node type, such as http')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow registry describe llm\n  pflow registry describe http --json | jq .params.required\n',
    )
    .action(async (type: string, flags: RegistryFlags) => {
      const { describeType } = await import('./describe-type.ts');
      setExitCode(await describeType(type, flags, terminal));
    });
}

function addCommonOptions(command: Command): Command {
  return addOutputOptions(command.addOption(createNodesOption()));
}
