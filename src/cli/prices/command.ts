// Defines the options and the help of `pflow prices`. Shows prices of models.
import { Option, type Command } from 'commander';
import { collectPaths, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { PricesOptions } from './show-prices.ts';
import type { DiffFlags, UpdateFlags } from './price-changes.ts';

export function addPrices(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const prices = program
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
    .addOption(new Option('--format <format>', 'all prices as a table for SQL').choices(['parquet']))
    .option('-o, --output <file>', 'where the table of --format goes')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow prices anthropic/claude-sonnet-4-5\n  pflow prices "claude sonnet" --search\n  pflow prices openai/o3 --at 2025-06-09\n  pflow prices --format parquet -o prices.parquet\n',
    )
    .action(async (model: string | undefined, options: PricesOptions) => {
      const { showPrices } = await import('./show-prices.ts');
      setExitCode(await showPrices(model, options, terminal));
    });
  addUpdate(prices, terminal, setExitCode);
  addDiff(prices, terminal, setExitCode);
}

function addUpdate(prices: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  prices
    .command('update')
    .description('read newer prices, show what changes, and use them from now on')
    .option(
      '--from <source>',
      'npm (the newest @pydantic/genai-prices), a file or an address; repeatable, the first wins',
      collectPaths,
      [],
    )
    .option('--date <day>', 'the day of the prices of a file or an address')
    .option('--check', 'write nothing; exit code 1 if prices would change')
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow prices update\n  pflow prices update --from https://models.dev/api.json --check\n',
    )
    .action(async (_options: UpdateFlags, command: Command) => {
      const { updateCommand } = await import('./price-changes.ts');
      setExitCode(await updateCommand(command.optsWithGlobals<UpdateFlags>(), terminal));
    });
}

function addDiff(prices: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  prices
    .command('diff')
    .description(
      'what differs between two price lists; without arguments, between the built-in prices and those in use',
    )
    .argument('[before]', 'a price file')
    .argument('[after]', 'a price file; without it, the prices in use')
    .option('--at <date>', 'compare the prices in force on this date instead of now')
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .action(
      async (
        before: string | undefined,
        after: string | undefined,
        _options: DiffFlags,
        command: Command,
      ) => {
        const { diffCommand } = await import('./price-changes.ts');
        setExitCode(diffCommand(before, after, command.optsWithGlobals<DiffFlags>(), terminal));
      },
    );
}
