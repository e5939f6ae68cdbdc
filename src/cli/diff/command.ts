// Defines the options and the help of `pflow diff`. Compares two runs.
import type { Command } from 'commander';
import { addDatabaseOptions, findDatabaseFolder, type DatabaseFlags } from '../database-options.ts';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { DiffOptions } from './diff-runs.ts';

export function addDiff(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addDatabaseOptions(program.command('diff'))
    .description('what changed between two runs of a workflow')
    .argument('<a>', 'a run id or a part of it, a log, last, last-failed or last-success')
    .argument('<b>', 'the other one')
    .option('-o, --output <file>', 'write a page that opens in any browser, instead of text')
    .option('--json', 'the comparison as JSON')
    .option('--exit-code', 'exit with 1 if outputs or the path differ')
    .option('--log <log>', 'where to look for the runs (default: the folder of logs)')
    .option('--pricing <file>', 'a price book that wins over the built-in prices, for both')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow diff last-failed last-success\n  pflow diff before.ndjson after.ndjson --exit-code\n  pflow diff last-success last -o diff.html\n',
    )
    .action(async (a: string, b: string, options: DiffOptions & DatabaseFlags) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { diffRuns } = await import('./diff-runs.ts');
      const place = (await findDatabaseFolder(options, options.log)) ?? options.log;
      const logs = (): readonly string[] => (place === undefined ? defaultLogs(process.env) : [place]);
      setExitCode(await diffRuns([a, b], logs, options, terminal));
    });
}
