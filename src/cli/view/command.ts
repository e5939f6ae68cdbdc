// Defines the options and the help of `pflow view`.
import type { Command } from 'commander';
import { PflowError } from '../../errors.ts';
import { readDatabases } from '../database-options.ts';
import { parseWholeNumber, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ViewOptions } from './view-runs.ts';

const MOST_PORT = 65_535;

export function addView(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  readDatabases(program.command('view'))
    .description(
      'the pages of report in a browser, served on this machine only; runs that go on are followed',
    )
    .argument(
      '[run]',
      'a run id or a part of it, a log, a folder of logs, last, last-failed or last-success (default: all runs of the folder of logs)',
    )
    .argument('[log...]', 'where to look for it (default: the folder of logs)')
    .option('--port <n>', 'the port to listen on (by default a free one)', parsePort)
    .option('--time-zone <zone>', 'whose time, such as Europe/Berlin or UTC', 'local')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nCtrl-C ends it. The address has a key that changes each time; keep it to yourself.\n\nExamples:\n  pflow view\n  pflow view last\n  pflow view runs/ --port 8080\n',
    )
    .action(async (reference: string | undefined, logs: string[], options: ViewOptions) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { viewRuns } = await import('./view-runs.ts');
      const places = (): readonly string[] => (logs.length > 0 ? logs : defaultLogs(process.env));
      setExitCode(await viewRuns({ reference, logs: places, given: logs }, options, terminal));
    });
}

function parsePort(value: string): number {
  const port = parseWholeNumber('--port')(value);
  if (port <= MOST_PORT) return port;
  throw new PflowError('USAGE', `--port takes a number up to ${String(MOST_PORT)}, not ${value}`);
}
