// `pflow plan`: the flags and the help. What it does is in ../plan/.
import type { Command } from 'commander';
import type { Done } from '../done.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addRunOptions, type RunOptions } from '../run/run-options.ts';

export function addPlan(program: Command, terminal: Terminal, done: Done): void {
  const command = program
    .command('plan')
    .description('plan a workflow from a sentence and print it; nothing of it runs')
    .argument('<sentence>', 'what the workflow is to do, in quotes')
    .argument('[key=value...]', 'inputs that the sentence does not name');
  addRunOptions(command)
    .option('--save <name>', 'save the workflow, too')
    .addHelpText(
      'after',
      '\nExample:\n  pflow plan "summarise the open issues and write them to ISSUES.md" > issues.json\n',
    )
    .action(async (sentence: string, params: string[], flags: RunOptions) => {
      const { runSentence: executePlanned } = await import('./run-sentence.ts');
      done(await executePlanned({ sentence, words: params, flags, runs: false }, terminal));
    });
}
