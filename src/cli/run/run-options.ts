// The flags of a run, whatever it begins with: a file, a saved name or a sentence.
import { Option, type Command } from 'commander';
import { dollarAmount, lowerCaseChoice, nodesOption, positiveNumber } from '../options.ts';

export interface RunOptions {
  readonly outputFormat: 'text' | 'json';
  readonly outputKey?: string;
  readonly print?: boolean;
  readonly trace?: boolean;
  readonly tracePlanner?: boolean;
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
  /** Modules with node types. */
  readonly nodes: readonly string[];
  readonly verbose?: boolean;
  /** What a sentence has led to may run without being confirmed. */
  readonly yes?: boolean;
  /** The name under which a planned workflow is saved. */
  readonly save?: string;
}

/** Adds them to a command. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['text', 'json'])
        .default('text')
        .argParser(lowerCaseChoice('--output-format', ['text', 'json'])),
    )
    .option('-o, --output-key <key>', 'the output to print')
    .option('-p, --print', 'print the raw value, nothing else')
    .option('--trace', 'save a trace in ~/.pflow/debug')
    .option('--trace-planner', 'save a trace of the planner in ~/.pflow/debug')
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
    .option('--model <model>', 'the model that plans, and that of nodes that name none')
    .addOption(nodesOption())
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'say more, with stack traces for errors')
    .option('--no-color', 'no colours');
}
