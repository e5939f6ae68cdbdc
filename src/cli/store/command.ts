// Defines the options and the help of `pflow store`. Prints a part of the shared store of a run.
import type { Command } from 'commander';
import { addDatabaseOptions, findDatabaseFolder, type DatabaseFlags } from '../database-options.ts';
import { parseWholeNumber, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { StoreOptions } from './print-store.ts';

export function addStore(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addDatabaseOptions(program.command('store'))
    .description('the shared store of a run, or a part of it, at any moment')
    .argument('[run]', 'a run id or a part of it, a log, last, last-failed or last-success', 'last')
    .argument('[path...]', 'parts to print, such as draft.response or list.results[0]')
    .option('--until <seq>', 'the store after this event', parseWholeNumber('--until'))
    .option('--log <log>', 'where to look for the run (default: the folder of logs)')
    .option('--json', 'as JSON, also a part that is a text')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nA text is printed as it is; everything else, and several parts, as JSON. The history of model calls is printed\n' +
        'only by its path, __llm_calls__.\n' +
        '\nExamples:\n  pflow store last draft.response\n  pflow store last-failed --until 12\n',
    )
    .action(async (reference: string, paths: string[], options: StoreOptions & DatabaseFlags) => {
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { printStore } = await import('./print-store.ts');
      const place = (await findDatabaseFolder(options, options.log)) ?? options.log;
      const logs = (): readonly string[] => (place === undefined ? defaultLogs(process.env) : [place]);
      setExitCode(await printStore({ reference, logs }, paths, options, terminal));
    });
}
