// Defines the options and the help of `pflow spend`. Reports what many runs cost.
import { Option, type Command } from 'commander';
import type { ReplayOptions } from '../../replay/replay-options.ts';
import type { StartedReplay } from '../../replay/threads.ts';
import { present } from '../../values/present.ts';
import {
  parseWholeNumber,
  type SetExitCode,
  createCostSourceOption,
  createUnknownModelOption,
} from '../options.ts';
import { readDatabases } from '../database-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import { readDay } from './relative-day.ts';
import type { SpendCommandOptions } from './report-spend.ts';

export function addSpend(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  readDatabases(program.command('spend'))
    .description('what many runs cost, by day, model, workflow or node')
    .argument(
      '[log...]',
      'log files, folders with logs anywhere below, or - for stdin; .gz too (default: the folder of logs)',
    )
    .addOption(
      new Option('--by <group>', 'what to add up by')
        .choices(['day', 'week', 'month', 'model', 'workflow', 'node', 'phase'])
        .default('day'),
    )
    .option('--since <day>', 'first day that counts: 2026-11-01, 7d, today or yesterday')
    .option('--until <day>', 'last day that counts, in the same form')
    .option('--time-zone <zone>', 'whose days, such as Europe/Berlin, or local', 'UTC')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--as-of <date>', 'prices of this day instead of the day of each call')
    .addOption(createUnknownModelOption().default('fallback'))
    .addOption(createCostSourceOption().default('auto'))
    .option(
      '--threads <n>',
      'how many threads read (default: all cores where that saves time)',
      parseWholeNumber('--threads'),
    )
    .addOption(createFormatOption())
    .option('--json', 'the same as --format json')
    .option('--no-cache', 'read every log, also those whose sums were kept')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow spend runs/ --by model --since 2026-11-01\n  pflow spend --by month --time-zone local --json | jq .total_cost_usd\n',
    )
    .action(async (logs: string[], options: SpendCommandOptions) => {
      const { startReplay, tuneForFolds } = await import('../../replay/threads.ts');
      const replay = replayOptions(options);
      const named = logs.length > 0 ? logs : await usualLogs();
      const started = options.cache ? await startKept(named, replay) : startReplay(named, replay);
      if (started.threads !== undefined) tuneForFolds();
      const { reportSpend } = await import('./report-spend.ts');
      setExitCode(await reportSpend(started, replay, options, terminal));
    });
}

async function usualLogs(): Promise<readonly string[]> {
  const { defaultLogs } = await import('../../home/default-logs.ts');
  return defaultLogs(process.env);
}

async function startKept(named: readonly string[], replay: ReplayOptions): Promise<StartedReplay> {
  const { startKeptSpend } = await import('../../replay/kept-spend.ts');
  return startKeptSpend(named, replay, process.env);
}

function replayOptions(options: SpendCommandOptions): ReplayOptions {
  const { by, since, until, timeZone, pricing, asOf, unknownModel, costSource, threads } = options;
  const now = Date.now();
  const dayOf = (flag: string, text: string | undefined): string | undefined =>
    text === undefined ? undefined : readDay(flag, text, timeZone ?? 'UTC', now);
  return present({
    project: ['spend'],
    eachLog: true,
    spend: present({ by, since: dayOf('--since', since), until: dayOf('--until', until), timeZone }),
    pricing: pricing === undefined ? [] : [pricing],
    asOf,
    unknownModel,
    costSource,
    threads,
  });
}
