// Defines the options and the help of `pflow runs`. Lists runs.
import { Option, type Command } from 'commander';
import { collectTags, parseLimit, type SetExitCode } from '../options.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import { printStates, readDatabases } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunListOptions } from './print-runs.ts';
import { LISTED_STATUSES } from './statuses.ts';

export function addRuns(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  readDatabases(program.command('runs'), { onRuns: (runs) => printStates(runs, terminal) })
    .description('list runs: when, how they ended, what they cost, and why they failed')
    .argument('[log...]', 'log files, or folders with logs anywhere below (default: the folder of logs)')
    .option('--failed', 'only runs that failed')
    .addOption(
      new Option('--status <status>', 'only runs with this status').choices(Object.keys(LISTED_STATUSES)),
    )
    .option('--workflow <name>', 'only runs of this workflow')
    .option('--model <model>', 'only runs that called this model')
    .option('--tag <key=value>', 'only runs with this label; repeatable', collectTags)
    .option('--since <time>', 'only runs that started later: 24h, 7d, today, yesterday or a day')
    .option('--until <time>', 'only runs that started before the end of that time')
    .option('--limit <n>', 'rows to print, or all (default: 20 in a table)', parseLimit)
    .option('--time-zone <zone>', 'whose days and times, such as Europe/Berlin or UTC', 'local')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .addOption(createFormatOption())
    .option('--json', 'the same as --format json')
    .option('--exit-code', 'exit with 1 if a run that is listed failed')
    .option('--no-cache', 'read every log, also those whose rows were kept')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow runs --failed --since 24h\n  pflow runs --tag customer=acme --format csv > acme.csv\n  pflow show last-failed\n',
    )
    .action(async (logs: string[], options: RunListOptions) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { printRuns } = await import('./print-runs.ts');
      const named = logs.length > 0 ? logs : defaultLogs(process.env);
      setExitCode(await printRuns(named, options, terminal));
    });
}
