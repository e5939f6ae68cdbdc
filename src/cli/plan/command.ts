// Defines the options and the help of `pflow plan`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addRunOptions, type RunOptions } from '../run/run-options.ts';
import { withinTimeLimit } from '../run/time-limit.ts';

export function addPlan(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const command = program
    .command('plan')
    .description('plan a workflow from a sentence and print it without running it')
    .argument('<sentence>', 'what the workflow should do, in quotes')
    .argument('[key=value...]', 'inputs that the sentence does not name');
  addRunOptions(command)
    .option('--save <name>', 'also save the workflow')
    .addHelpText(
      'after',
      '\nExample:\n  pflow plan "summarise the open issues and write them to ISSUES.md" > issues.json\n',
    )
    .action(async (sentence: string, params: string[], flags: RunOptions) => {
      const { executeSentence } = await import('./run-sentence.ts');
      const options = { sentence, words: params, flags, dryRun: true };
      setExitCode(await withinTimeLimit(flags.timeout, () => executeSentence(options, terminal)));
    });
}
