// Defines the options and the help of `pflow resume`.
import type { Command } from 'commander';
import { collectPaths, type SetExitCode } from '../options.ts';
import { PflowError } from '../../errors.ts';
import { addDatabaseOptions, namesDatabase } from '../database-options.ts';
import { addRunOptions } from '../run/run-options.ts';
import { withinTimeLimit } from '../run/time-limit.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ResumeFlags } from './execute-resume.ts';

export function addResume(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const command = program
    .command('resume')
    .description('continue a failed, interrupted or killed run; completed nodes are not run again')
    .argument('[run]', 'a log, a run id or a part of it, or last-failed', 'last-failed')
    .argument('[key=value...]', 'inputs with another value: nodes whose params change run again');
  addDatabaseOptions(addRunOptions(command))
    .option('--from <node>', 'run this node and all after it again, with the workflow file as it is now')
    .option('--keep-changed', 'with --from: keep nodes before it whose definition has changed')
    .option('--rerun <node>', 'run a node again that may have acted; repeatable', collectPaths, [])
    .option(
      '--skip <node>',
      'of a run in a database: go on after the node that was running',
      collectPaths,
      [],
    )
    .option('--dry-run', 'print what is restored and what runs, and run nothing')
    .option('--history <log>', 'where --dry-run looks for earlier runs (default: the folder of logs)')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow resume\n  pflow resume runs/20261129-041338.ndjson\n  pflow resume last-failed --from summarise --dry-run\n',
    )
    .action(async (run: string, words: string[], flags: ResumeFlags) => {
      if (namesDatabase(flags)) {
        refuseFileFlags(command);
        const { resumeStored } = await import('./resume-stored.ts');
        setExitCode(await resumeStored(run, words, flags, terminal));
        return;
      }
      const { executeResume } = await import('./execute-resume.ts');
      setExitCode(await withinTimeLimit(flags.timeout, () => executeResume(run, words, flags, terminal)));
    });
}

/** What decides about a run in a database, and how the command prints. */
const STORED_FLAGS = new Set([
  ...['db', 'database', 'rerun', 'skip', 'approve', 'deny'],
  ...['json', 'outputFormat', 'verbose', 'color'],
]);

/** Throws USAGE for a flag that would be ignored. */
function refuseFileFlags(command: Command): void {
  const other = command.options.find((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === 'cli' && !STORED_FLAGS.has(name);
  });
  if (other === undefined) return;
  throw new PflowError('USAGE', `${other.long ?? other.flags} is not for runs in a database`, {
    hint: 'A run in a database goes on as it was submitted. A copy of it can be resumed in another way: pflow pull.',
  });
}
