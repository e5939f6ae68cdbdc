// `pflow run`: the flags and the help. What it does is in ../run/.
import { Option, type Command } from 'commander';
import type { Done } from '../done.ts';
import { dollarAmount, lowerCaseChoice, nodesOption, positiveNumber } from '../flags.ts';
import type { Terminal } from '../terminal.ts';

export interface RunFlags {
  readonly outputFormat: 'text' | 'json';
  readonly outputKey?: string;
  readonly print?: boolean;
  readonly trace?: boolean;
  readonly log?: string;
  readonly logLevel?: 'metrics' | 'trace';
  readonly logRequired?: boolean;
  readonly durable?: boolean;
  readonly answers?: string;
  readonly onMiss: 'error' | 'live';
  readonly timeout?: number;
  /** US dollars, as written. */
  readonly maxCost?: string;
  readonly unknownModel?: 'fallback' | 'null' | 'error';
  readonly model?: string;
  readonly pricing?: string;
  readonly nodes: readonly string[];
  readonly verbose?: boolean;
}

export function addRun(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('run', { isDefault: true })
    .description('run a workflow; "pflow <file.json>" is the same')
    .argument('<workflow>', 'a workflow file, or the name of a saved one')
    .argument('[key=value...]', 'inputs')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['text', 'json'])
        .default('text')
        .argParser(lowerCaseChoice('--output-format', ['text', 'json'])),
    )
    .option('-o, --output-key <key>', 'the output to print')
    .option('-p, --print', 'print the raw value, nothing else')
    .option('--trace', 'save a trace in ~/.pflow/debug')
    .option('--log <file|dir>', 'keep the events of the run in a file')
    .addOption(
      new Option('--log-level <level>', 'metrics: no content; trace: everything').choices([
        'metrics',
        'trace',
      ]),
    )
    .option('--log-required', 'stop at the next node when the log cannot be written')
    .option('--durable', 'sync the log to the disk after every answer and every node')
    .option('--answers <log>', 'take the answers of models from a recorded log')
    .addOption(
      new Option('--on-miss <what>', 'what to do for a question without a recorded answer')
        .choices(['error', 'live'])
        .default('error'),
    )
    .option(
      '--max-cost <usd>',
      'stop before the next model call once that much is spent',
      dollarAmount('--max-cost'),
    )
    .addOption(
      new Option('--unknown-model <policy>', 'a model without a price').choices([
        'fallback',
        'null',
        'error',
      ]),
    )
    .option('--timeout <seconds>', 'stop the run after that long', positiveNumber('--timeout'))
    .addOption(nodesOption())
    .option('--model <model>', 'the model of nodes that name none')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'say more, with stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow run summarise.json file=notes.txt\n  git diff | pflow run review.json --output-format json | jq .total_cost_usd\n',
    )
    .action(async (workflow: string, params: string[], flags: RunFlags) => {
      const { executeRun } = await import('../run/execute-run.ts');
      done(await executeRun(workflow, params, flags, terminal));
    });
}
