// Defines the options and the help of `pflow show` and `pflow why`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import type { StoredRun } from '../../engine/stored-runs.ts';
import { PflowError } from '../../errors.ts';
import { noEventError, readDatabases, stateIn } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ShowOptions } from './show-run.ts';

export function addShow(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  let stored: readonly StoredRun[] = [];
  const command = readDatabases(program.command('show'), {
    runFirst: true,
    onRuns: (runs) => {
      stored = runs;
      return Promise.resolve();
    },
  });
  command
    .alias('why')
    .description('what happened in a run, and why it failed')
    .argument('[run]', 'a run id or a part of it, a log, last, last-failed or last-success', 'last')
    .argument('[log...]', 'where to look for it (default: the folder of logs)')
    .option('--node <id>', 'one node in detail')
    .option('--full', 'cut nothing')
    .option('--follow', 'of a run that goes on: print what happens until it ends')
    .option('--json', 'the row of the run, and the projections failure and timeline')
    .option('--time-zone <zone>', 'whose time, such as Europe/Berlin or UTC', 'local')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow show last-failed\n  pflow show runs/20261129-041338.ndjson --full\n  pflow show last --follow\n',
    )
    .action(async (reference: string, logs: string[], options: ShowOptions) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { showRun } = await import('./show-run.ts');
      if (options.follow === true && stored.length > 0) throw noFollowError();
      const places = (): readonly string[] => (logs.length > 0 ? logs : defaultLogs(process.env));
      const shown = { reference, logs: places, stateOf: (run: string) => stateIn(stored, run) };
      try {
        setExitCode(await showRun(shown, options, terminal));
      } catch (error) {
        const isUnknown = error instanceof PflowError && error.code === 'RUN_UNKNOWN';
        throw (isUnknown ? await noEventError(stored, reference) : undefined) ?? error;
      }
    });
}

function noFollowError(): PflowError {
  return new PflowError('USAGE', '--follow is for logs in files, and these are in a database', {
    hint: 'Leave it out: show prints what a run in a database has done so far.',
  });
}
