// Defines the options and the help of `pflow replay`. Prints projections over recorded events.
import { Option, type Command } from 'commander';
import {
  collectNames,
  collectPaths,
  parseWholeNumber,
  type SetExitCode,
  createCostSourceOption,
  createUnknownModelOption,
} from '../options.ts';
import { readDatabases } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ReplayCommandOptions } from './print-projections.ts';

export function addReplay(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const command = readDatabases(program.command('replay'));
  command.on('option:json', () => command.setOptionValue('format', 'json'));
  command
    .description('compute a projection over recorded events')
    .argument(
      '[log...]',
      'log files, folders with logs anywhere below, or - for stdin; .gz too (default: the folder of logs)',
    )
    .option('--project <names>', 'which projections, such as metrics or metrics,cost', collectNames, [])
    .option('--run <id>', 'a run id, "last" or "all"', 'all')
    .option('--until <seq>', 'only events up to this seq', parseWholeNumber('--until'))
    .option(
      '--pricing <file>',
      'prices that win over the built-in ones; given twice: old and new, compared',
      collectPaths,
      [],
    )
    .option('--as-of <date>', 'prices of this day instead of the day of each call')
    .option('--as-model <model>', 'what all calls would have cost on this model')
    .addOption(createUnknownModelOption().default('fallback'))
    .addOption(createCostSourceOption().default('auto'))
    .option('--explain', 'cost: one line for each call')
    .option('--max-chars <n>', 'trace: cut texts that are longer', parseWholeNumber('--max-chars'))
    .option('--strict', 'refuse events that this version does not know')
    .option('--skip-corrupt', 'leave damaged lines out, and mark the result')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['json', 'table', 'ndjson', 'csv', 'markdown'])
        .default('json'),
    )
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write to this file instead of stdout')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow replay run.ndjson --project metrics\n  cat a.ndjson b.ndjson | pflow replay - --project cost --format table\n  pflow replay runs/ --project cost --pricing old.json --pricing new.json\n',
    )
    .action(async (logs: string[], options: ReplayCommandOptions) => {
      const { startReplay, tuneForFolds } = await import('../../replay/threads.ts');
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const started = startReplay(logs.length > 0 ? logs : defaultLogs(process.env), options);
      if (started.threads !== undefined) tuneForFolds();
      const { printProjections } = await import('./print-projections.ts');
      setExitCode(await printProjections(started, options, terminal));
    });
}
