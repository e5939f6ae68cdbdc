// Defines the options and the help of `pflow run`.
import type { Command } from 'commander';
import { PflowError } from '../../errors.ts';
import type { SetExitCode } from '../options.ts';
import { isSentence } from '../plan/is-sentence.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';
import { withinTimeLimit } from './time-limit.ts';

/** A plan shows what it would do. */
function refuseDryRun({ dryRun, history }: RunOptions): void {
  if (dryRun !== true && history === undefined) return;
  throw new PflowError(
    'USAGE',
    `${dryRun === true ? '--dry-run' : '--history'} is for a workflow, not a sentence`,
    {
      hint: 'pflow plan "a sentence" plans it and runs nothing.',
    },
  );
}

export function addRun(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const command = program
    .command('run', { isDefault: true })
    .description('run a workflow; "pflow <file.json>" is the same, and pflow "a sentence" plans one first')
    .argument('<workflow>', 'a workflow file, the name of a saved one, - for stdin, or a sentence in quotes')
    .argument('[key=value...]', 'inputs');
  addRunOptions(command)
    .option('--save <name>', 'of a sentence: save the workflow that was planned')
    .option('-y, --yes', 'of a sentence: run the planned workflow without confirmation')
    .option('--dry-run', 'print inputs, nodes and an estimate of the cost, and run nothing')
    .option('--history <log>', 'where --dry-run looks for earlier runs (default: the folder of logs)')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow run summarise.json file=notes.txt\n  pflow run summarise.json file=notes.txt --dry-run\n  git diff | pflow run review.json --output-format json | jq .total_cost_usd\n  pflow "summarise notes.txt in three sentences" --trace-planner\n',
    )
    .action(async (workflow: string, params: string[], flags: RunOptions) => {
      if (isSentence(workflow, program.args)) {
        refuseDryRun(flags);
        const { executeSentence } = await import('../plan/run-sentence.ts');
        const options = { sentence: workflow, words: params, flags, dryRun: false };
        setExitCode(await withinTimeLimit(flags.timeout, () => executeSentence(options, terminal)));
        return;
      }
      const { executeFile } = await import('./run-file.ts');
      setExitCode(await withinTimeLimit(flags.timeout, () => executeFile(workflow, params, flags, terminal)));
    });
}
