// `pflow registry`: the flags and the help of its two commands. What they do is in ../registry/.
import type { Command } from 'commander';
import type { Done } from '../done.ts';
import { nodesOption } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface RegistryFlags {
  readonly nodes: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function addRegistry(program: Command, terminal: Terminal, done: Done): void {
  const registry = program
    .command('registry')
    .description('node types: list, describe')
    .addHelpText('after', '\nExamples:\n  pflow registry list file\n  pflow registry describe http\n');
  addList(registry, terminal, done);
  addDescribe(registry, terminal, done);
}

function addList(registry: Command, terminal: Terminal, done: Done): void {
  common(registry.command('list'))
    .description('list the node types; --json: with their JSON Schemas')
    .argument('[filter...]', 'only those with all of these words in what they say of themselves')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow registry list\n  pflow registry list file --nodes ./my-nodes.js\n',
    )
    .action(async (filter: string[], flags: RegistryFlags) => {
      const { executeList } = await import('./execute-list.ts');
      done(await executeList(filter, flags, terminal));
    });
}

function addDescribe(registry: Command, terminal: Terminal, done: Done): void {
  common(registry.command('describe'))
    .description('what a node type takes and writes, with an example')
    .argument('<type>', 'a node type, such as http')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow registry describe llm\n  pflow registry describe http --json | jq .params.required\n',
    )
    .action(async (type: string, flags: RegistryFlags) => {
      const { executeDescribe } = await import('./execute-describe.ts');
      done(await executeDescribe(type, flags, terminal));
    });
}

function common(command: Command): Command {
  return command
    .addOption(nodesOption())
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours');
}
