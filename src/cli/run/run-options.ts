// Declares the options of a run of a file, a saved name or a sentence.
import { Option, type Command } from 'commander';
import { PflowError } from '../../errors.ts';
import {
  collectTags,
  createNodesOption,
  parseChoice,
  parsePositiveNumber,
  createCostSourceOption,
  createUnknownModelOption,
} from '../options.ts';

export interface RunOptions {
  readonly outputFormat: 'text' | 'json' | 'stream-json';
  readonly outputKey?: string;
  readonly print?: boolean;
  /** By default `auto`: live on a terminal, else nothing. */
  readonly progress?: 'auto' | 'plain' | 'none';
  readonly trace?: boolean;
  readonly tracePlanner?: boolean;
  readonly log?: string;
  /** Labels by name. */
  readonly tag?: Readonly<Record<string, string>>;
  readonly logLevel?: 'metrics' | 'trace';
  readonly logRequired?: boolean;
  readonly durable?: boolean;
  /** An OpenTelemetry receiver that gets the run once it has ended. */
  readonly otlp?: string;
  readonly answers?: string;
  readonly onMiss: 'error' | 'live';
  readonly timeout?: number;
  /** Paths of nodes that are approved before the run. */
  readonly approve?: readonly string[];
  /** Paths of nodes whose approval is refused before the run. */
  readonly deny?: readonly string[];
  /** US dollars, as written. */
  readonly maxCost?: string;
  readonly unknownModel?: 'fallback' | 'null' | 'error';
  readonly costSource?: 'auto' | 'calculated' | 'reported';
  readonly unmetered?: 'stop' | 'allow';
  readonly model?: string;
  readonly pricing?: string;
  /** Modules with node types. */
  readonly nodes: readonly string[];
  readonly verbose?: boolean;
  /** Prints what would run, and runs nothing. */
  readonly dryRun?: boolean;
  /** Where --dry-run looks for earlier runs. */
  readonly history?: string;
  /** Runs a planned workflow without confirmation. */
  readonly yes?: boolean;
  /** The name under which a planned workflow is saved. */
  readonly save?: string;
}

export function addRunOptions(command: Command): Command {
  const formats = ['text', 'json', 'stream-json'];
  command.on('option:json', () => command.setOptionValue('outputFormat', 'json'));
  return command
    .addOption(
      new Option(
        '--output-format <format>',
        'what stdout gets; stream-json: events as they come, then the document',
      )
        .choices(formats)
        .default('text')
        .argParser(parseChoice('--output-format', formats)),
    )
    .option('--json', 'the same as --output-format json')
    .option('-o, --output-key <key>', 'the output to print')
    .option('-p, --print', 'print the raw value, nothing else')
    .addOption(
      new Option(
        '--progress <how>',
        'auto: live on a terminal; plain: a line for each start and end of a node, on stderr, for CI',
      ).choices(['auto', 'plain', 'none']),
    )
    .option('--trace', 'save a trace in ~/.pflow/debug')
    .option('--trace-planner', 'save a trace of the planner in ~/.pflow/debug')
    .option('--log <file|dir>', 'keep the events of the run in a file')
    .addOption(
      new Option('--log-level <level>', 'metrics: no content; trace: everything').choices([
        'metrics',
        'trace',
      ]),
    )
    .option('--tag <key=value>', 'a label of the run, for lists and costs; repeatable', collectTags)
    .option('--log-required', 'stop at the next node when the log cannot be written')
    .option('--durable', 'sync the log to the disk after every answer and every node')
    .option('--otlp <url>', 'send the run to this OpenTelemetry receiver when it has ended, without content')
    .option('--answers <log>', 'take the answers of models from a recorded log')
    .addOption(
      new Option('--on-miss <what>', 'what to do for a request without a recorded answer')
        .choices(['error', 'live'])
        .default('error'),
    )
    .option('--max-cost <usd>', 'stop before the next model call once that much is spent', maxCost)
    .addOption(createUnknownModelOption())
    .addOption(createCostSourceOption())
    .addOption(
      new Option('--unmetered <policy>', 'with --max-cost: a call whose cost has no known bound').choices([
        'stop',
        'allow',
      ]),
    )
    .option('--approve <node>', 'approve a node that needs approval; once for each', appendValue)
    .option('--deny <node>', 'refuse the approval of a node; once for each', appendValue)
    .option('--timeout <seconds>', 'stop the run after that long', parsePositiveNumber('--timeout'))
    .option('--model <model>', 'the model that plans, and that of nodes that name none')
    .addOption(createNodesOption())
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--verbose', 'print more, with stack traces for errors')
    .option('--no-color', 'no colours');
}

/** Keeps the amount as written: it is compared exactly. */
export function maxCost(value: string): string {
  if (/^\d{1,12}(?:\.\d{1,12})?$/u.test(value)) return value;
  throw new PflowError('USAGE', `--max-cost takes an amount of US dollars such as 0.50, not ${value}`);
}

function appendValue(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
