// Defines the options and the help of `pflow submit`.
import { Option, type Command } from 'commander';
import { collectPaths, collectTags, createNodesOption, type SetExitCode } from '../options.ts';
import { maxCost } from '../run/run-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SubmitFlags } from './submit-runs.ts';

export function createDatabaseOption(): Option {
  return new Option(
    '--database <url>',
    'the PostgreSQL database of the runs (default: PFLOW_DATABASE_URL, else that of pflow worker --dev)',
  );
}

export function addSubmit(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('submit')
    .description('hand runs of a workflow to workers, through a database; submitting them twice adds nothing')
    .argument('<workflow>', 'a file or the name of a saved workflow')
    .argument('[key=value...]', 'the inputs of one run')
    .option('--each <file>', 'one run for each line of an NDJSON file, or - for stdin')
    .option('--id-from <field>', 'the input that identifies a run (default: all inputs)')
    .option('--queue <name>', 'the queue of the workers that take the runs', 'default')
    .option('--tag <key=value>', 'a label of the runs; repeatable', collectTags)
    .option('--model <model>', 'for nodes that name no model')
    .option(
      '--max-cost <usd>',
      'stop the runs of this submission once they have spent this together',
      maxCost,
    )
    .option('--approve <node>', 'approve a node with "approval"; repeatable', collectPaths, [])
    .option(
      '--rerun-all',
      'run nodes again that were running when their worker died, also those that may have acted',
    )
    .addOption(createDatabaseOption())
    .addOption(createNodesOption())
    .option('--json', 'the default: each run is a line of JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow submit summarise.json --each inputs.ndjson --tag night=2026-11-30\n  pflow submit summarise.json file=notes.txt\n',
    )
    .action(async (workflow: string, words: string[], flags: SubmitFlags) => {
      const { executeSubmit } = await import('./submit-runs.ts');
      setExitCode(await executeSubmit(workflow, words, flags, terminal));
    });
}
