// `pflow prices`: its options and help. Shows prices of models.
import type { Command } from 'commander';
import { collectPaths, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { PricesOptions } from './show-prices.ts';

export function addPrices(program: Command, terminal: Terminal, done: SetExitCode): void {
  program
    .command('prices')
    .description('the price of a model, its tiers and dates, and its source')
    .argument('[model]', 'a model, or a part of its name; without it, the price books')
    .option('--at <date>', 'the price in force on this date instead of now')
    .option(
      '--pricing <file>',
      'prices that win over the built-in ones; repeatable, the first wins',
      collectPaths,
      [],
    )
    .option('--search', 'list every model whose name contains it')
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow prices anthropic/claude-sonnet-4-5\n  pflow prices "claude sonnet" --search\n  pflow prices openai/o3 --at 2025-06-09\n',
    )
    .action(async (model: string | undefined, options: PricesOptions) => {
      const { showPrices } = await import('./show-prices.ts');
      done(showPrices(model, options, terminal));
    });
}
