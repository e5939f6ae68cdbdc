// `pflow replay`: the flags and the help. What it does is in ../replay/.
import { Option, type Command } from 'commander';
import type { Done } from '../done.ts';
import { collectNames, collectPaths, wholeNumber } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ReplayOptions {
  readonly project: readonly string[];
  readonly run: string;
  readonly until?: number;
  /** Two are compared. */
  readonly pricing: readonly string[];
  readonly asOf?: string;
  readonly asModel?: string;
  readonly unknownModel: 'fallback' | 'null' | 'error';
  readonly explain?: boolean;
  readonly maxChars?: number;
  readonly strict?: boolean;
  readonly skipCorrupt?: boolean;
  readonly format: 'json' | 'table' | 'ndjson';
  readonly output?: string;
  readonly verbose?: boolean;
}

export function addReplay(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('replay')
    .description('compute a projection over recorded events')
    .argument('<log...>', 'log files, folders of logs, or - for stdin; .gz too')
    .option('--project <names>', 'which projections, such as metrics or metrics,cost', collectNames, [])
    .option('--run <id>', 'a run id, "last" or "all"', 'all')
    .option('--until <seq>', 'only events up to this seq', wholeNumber('--until'))
    .option(
      '--pricing <file>',
      'prices that win over the built-in ones; given twice: old and new, compared',
      collectPaths,
      [],
    )
    .option('--as-of <date>', 'prices of this day instead of the day of each call')
    .option('--as-model <model>', 'what all calls would have cost on this model')
    .addOption(
      new Option('--unknown-model <policy>', 'a model without a price')
        .choices(['fallback', 'null', 'error'])
        .default('fallback'),
    )
    .option('--explain', 'cost: one line for each call')
    .option('--max-chars <n>', 'trace: where long texts are cut', wholeNumber('--max-chars'))
    .option('--strict', 'refuse events that this version does not know')
    .option('--skip-corrupt', 'go on after damaged lines, and mark the result')
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['json', 'table', 'ndjson'])
        .default('json'),
    )
    .option('--output <file>', 'write there instead of to stdout')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow replay run.ndjson --project metrics\n  cat a.ndjson b.ndjson | pflow replay - --project cost --format table\n  pflow replay runs/ --project cost --pricing old.json --pricing new.json\n',
    )
    .action(async (logs: string[], flags: ReplayOptions) => {
      const { startThreads } = await import('../../replay/threads.ts');
      const threads = startThreads(logs, flags);
      const { printProjections } = await import('./print-projections.ts');
      done(await printProjections(logs, flags, terminal, threads));
    });
}
