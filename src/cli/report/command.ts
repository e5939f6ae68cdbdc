// Defines the options and the help of `pflow report`.
import type { Command } from 'commander';
import { parseLimit, type SetExitCode } from '../options.ts';
import { readDatabases } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ReportOptions } from './report-options.ts';

export function addReport(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  readDatabases(program.command('report'))
    .description(
      'a page that shows a run, in one file that opens in any browser without a network; or the runs of a folder',
    )
    .argument(
      '[run]',
      'a run id or a part of it, a log, a folder of logs, last, last-failed or last-success',
      'last',
    )
    .argument('[log...]', 'where to look for it (default: the folder of logs)')
    .option(
      '-o, --output <path>',
      'the file to write (run.html); the folder with --markdown (run-report) or for a folder (runs-report)',
    )
    .option('--markdown', 'Markdown instead: summary.md, and a file for each node')
    .option('--limit <n>', 'for a folder: pages of the latest n runs, or all (default: 100)', parseLimit)
    .option('--time-zone <zone>', 'whose time, such as Europe/Berlin or UTC', 'local')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow report last-failed -o run.html\n  pflow replay run.html --project cost\n  pflow report last --markdown -o run-report\n  pflow report runs/ -o runs-report\n',
    )
    .action(async (reference: string, logs: string[], options: ReportOptions) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { reportRuns } = await import('./report-runs.ts');
      const places = (): readonly string[] => (logs.length > 0 ? logs : defaultLogs(process.env));
      setExitCode(await reportRuns({ reference, logs: places, given: logs }, options, terminal));
    });
}
