// Defines the options and the help of `pflow verify`. Checks logs.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import { readDatabases } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import type { VerifyOptions } from './check-log.ts';

export function addVerify(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  readDatabases(program.command('verify'))
    .description('check logs: nothing lost, nothing changed, every end has its start')
    .argument(
      '[log...]',
      'log files, folders with logs anywhere below, or - for stdin; .gz too (default: the folder of logs)',
    )
    .option('--complete', 'a run without its end is a finding, too')
    .option('--strict', 'an event that this version does not know is a finding, too')
    .option('--full', 'also parse lines whose checksum is right')
    .addOption(createFormatOption())
    .option('--json', 'the same as --format json')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExit code 1 on any finding. What a crash leaves (a run without its end, a torn last line) is a note by default.\n' +
        '\nExamples:\n  pflow verify runs/\n  pflow verify --complete run.ndjson && echo whole\n  zcat old/*.gz | pflow verify - --json | jq .logs[].findings\n',
    )
    .action(async (logs: string[], options: VerifyOptions) => {
      const { verifyLogs } = await import('./verify-logs.ts');
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const named = logs.length > 0 ? logs : defaultLogs(process.env);
      setExitCode(await verifyLogs(named, options, terminal));
    });
}
