// `pflow spend`: the flags and the help. What it does is in ../spend/.
import { Option, type Command } from 'commander';
import type { Done } from '../done.ts';
import { wholeNumber } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface SpendCommandOptions {
  readonly by: 'day' | 'week' | 'month' | 'model' | 'workflow' | 'node' | 'phase';
  readonly since?: string;
  readonly until?: string;
  readonly timeZone: string;
  readonly pricing?: string;
  readonly asOf?: string;
  readonly unknownModel: 'fallback' | 'null' | 'error';
  readonly threads?: number;
  readonly format: 'table' | 'json';
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function addSpend(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('spend')
    .description('what many runs cost, by day, model, workflow or node')
    .argument('[log...]', 'log files, folders of logs, or - for stdin; .gz too (default: PFLOW_LOG_DIR)')
    .addOption(
      new Option('--by <group>', 'what is added up')
        .choices(['day', 'week', 'month', 'model', 'workflow', 'node', 'phase'])
        .default('day'),
    )
    .option('--since <day>', 'first day that counts, such as 2026-11-01')
    .option('--until <day>', 'last day that counts')
    .option('--time-zone <zone>', 'whose days, such as Europe/Berlin, or local', 'UTC')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--as-of <date>', 'prices of this day instead of the day of each call')
    .addOption(
      new Option('--unknown-model <policy>', 'a model without a price')
        .choices(['fallback', 'null', 'error'])
        .default('fallback'),
    )
    .option(
      '--threads <n>',
      'how many threads read (default: all cores when it pays)',
      wholeNumber('--threads'),
    )
    .addOption(
      new Option('--format <format>', 'how it is printed').choices(['table', 'json']).default('table'),
    )
    .option('--json', 'the same as --format json')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow spend runs/ --by model --since 2026-11-01\n  pflow spend --by month --time-zone local --json | jq .total_cost_usd\n',
    )
    .action(async (logs: string[], flags: SpendCommandOptions) => {
      const { reportSpend } = await import('./report-spend.ts');
      done(await reportSpend(logs, flags, terminal));
    });
}
