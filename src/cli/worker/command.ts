// Defines the options and the help of `pflow worker`.
import { Option, type Command } from 'commander';
import type { ModelLimit } from '../../engine/queue-worker.ts';
import { PflowError } from '../../errors.ts';
import { collectNames, createNodesOption, parseWholeNumber, type SetExitCode } from '../options.ts';
import { createDatabaseOption } from '../submit/command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WorkerFlags } from './serve-runs.ts';

export function addWorker(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('worker')
    .description('take submitted runs from a database and execute them, also those of workers that died')
    .option(
      '--queue <name>',
      'a queue to serve, such as default or llm (model calls); repeatable (default: both)',
      collectNames,
      [],
    )
    .option(
      '--concurrency <n>',
      'runs at once in each worker of these queues (default: 10)',
      parseWholeNumber('--concurrency'),
    )
    .addOption(
      new Option(
        '--shared-calls <mode>',
        'off: make model calls in this process; a call in flight is lost with it',
      )
        .choices(['on', 'off'])
        .default('on'),
    )
    .option(
      '--model-limit <model=n/min>',
      'how many calls of a model, or of a provider, all workers start: anthropic=50/min; repeatable',
      collectLimits,
      [],
    )
    .option('--drain', 'end when nothing is left to do')
    .option(
      '--dev',
      'start a PostgreSQL server in PFLOW_HOME, which other commands then find; ends with the worker',
    )
    .addOption(createDatabaseOption())
    .addOption(createNodesOption())
    .option('--json', 'the default: each run is a line of JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow worker --concurrency 20\n  pflow worker --drain\n  pflow worker --dev\n',
    )
    .action(async (flags: WorkerFlags) => {
      const { executeWorker } = await import('./serve-runs.ts');
      setExitCode(await executeWorker(flags, terminal));
    });
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

function collectLimits(word: string, before: readonly ModelLimit[]): readonly ModelLimit[] {
  const [, of = '', count = '', unit = ''] = /^([^\s=]+)=([1-9]\d{0,8})\/(s|min|h)$/u.exec(word) ?? [];
  if (of === '') {
    throw new PflowError('USAGE', `--model-limit takes provider=n/min or model=n/min, not ${word}`, {
      hint: 'For example anthropic=50/min or openai/gpt-4o-mini=5/s; the period is s, min or h.',
    });
  }
  return [...before, { of, calls: Number(count), seconds: SECONDS[unit] ?? 60 }];
}
