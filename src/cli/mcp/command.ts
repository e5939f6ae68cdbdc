// Defines the options and the help of `pflow mcp` and its commands.
import type { Command } from 'commander';
import { addOutputOptions, parsePositiveNumber, type SetExitCode } from '../options.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunCommand, ServeFlags } from './serve.ts';
import type { McpFlags } from './list-servers.ts';
import type { SyncFlags } from './sync-servers.ts';

interface McpActions {
  readonly setExitCode: SetExitCode;
  /** Runs another command, for a client of `pflow mcp serve`. */
  readonly runCommand: RunCommand;
}

export function addMcp(program: Command, terminal: Terminal, { setExitCode, runCommand }: McpActions): void {
  const mcp = program
    .command('mcp')
    .description('MCP: list, sync, tools for servers whose tools are node types; serve for clients')
    .addHelpText('after', '\nExamples:\n  pflow mcp sync\n  pflow mcp tools files\n');
  addList(mcp, terminal, setExitCode);
  addSync(mcp, terminal, setExitCode);
  addTools(mcp, terminal, setExitCode);
  mcp
    .command('serve')
    .description('serve workflows and logs to MCP clients, over stdin and stdout')
    .option('--log <dir>', 'keep the logs of runs in this folder')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText('after', '\nExample:\n  pflow mcp serve --log runs/\n')
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('./serve.ts');
      setExitCode(await serve(flags, terminal, runCommand));
    });
}

function addList(mcp: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(mcp.command('list'))
    .addOption(createFormatOption())
    .description('list the servers in ~/.pflow/mcp.json; starts none of them')
    .addHelpText('after', '\nExample:\n  pflow mcp list\n')
    .action(async (flags: McpFlags) => {
      const { listServers } = await import('./list-servers.ts');
      setExitCode(listServers(flags, terminal));
    });
}

function addSync(mcp: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(mcp.command('sync'))
    .description('read the tools of the servers, and keep their descriptions')
    .argument('[server...]', 'names in mcp.json; without one, all of them')
    .option(
      '--timeout <seconds>',
      'for the start and the answer of a server',
      parsePositiveNumber('--timeout'),
      60,
    )
    .addHelpText('after', '\nExamples:\n  pflow mcp sync\n  pflow mcp sync files --timeout 300\n')
    .action(async (servers: string[], flags: SyncFlags) => {
      const { syncServers } = await import('./sync-servers.ts');
      setExitCode(await syncServers(servers, flags, terminal));
    });
}

function addTools(mcp: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(mcp.command('tools'))
    .addOption(createFormatOption())
    .description('list the tools that were synced, as node types')
    .argument('[server]', 'the name of a server in mcp.json')
    .addHelpText('after', '\nExamples:\n  pflow mcp tools\n  pflow mcp tools files --json\n')
    .action(async (server: string | undefined, flags: McpFlags) => {
      const { listTools } = await import('./list-tools.ts');
      setExitCode(listTools(server, flags, terminal));
    });
}
