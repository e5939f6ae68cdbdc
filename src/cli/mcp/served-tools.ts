// Defines the tools that pflow serves over MCP. Each of them is a command line.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { PflowError } from '../../errors.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { LISTED_STATUSES } from '../runs/statuses.ts';

type Arguments = Readonly<Record<string, unknown>>;

export interface ServedCommand {
  readonly tool: Tool;
  /** Everything that is not an option comes after `--`: it is never read as a flag. */
  readonly toWords: (args: Arguments, logs: readonly string[]) => readonly string[];
  /** A run has a log, which its result links to. */
  readonly isRun?: boolean;
}

const READS = { readOnlyHint: true, openWorldHint: false };
const RUNS = { readOnlyHint: false, destructiveHint: true, openWorldHint: true };

const text = (description: string): object => ({ type: 'string', description });
const INPUTS = { type: 'object', description: 'values of inputs, by name', additionalProperties: true };
const LOG = text('a log file, or a folder with logs; by default the folder of all runs');

const RUN_OPTIONS = {
  model: text('the model of nodes that name no model, as provider/name'),
  max_cost_usd: {
    type: 'number',
    exclusiveMinimum: 0,
    description: 'stop before the next model call once that is spent',
  },
  timeout_s: { type: 'number', exclusiveMinimum: 0, description: 'stop the run after that many seconds' },
  answers: text('a log with recorded answers of models: no call is paid'),
};

const WAIT = {
  type: 'boolean',
  default: true,
  description: 'false: return the id of the run and its log at once; the run goes on',
};

export const SERVED_COMMANDS: readonly ServedCommand[] = [
  {
    tool: define('list_workflows', 'Lists the saved workflows with their inputs.', {
      properties: { filter: text('words that they contain') },
    }),
    toWords: ({ filter }) => ['workflow', 'list', '--json', '--', ...optional(filter)],
  },
  {
    tool: define('describe_workflow', 'Shows a saved workflow: inputs, outputs, nodes, runs.', {
      properties: { name: text('its name') },
      required: ['name'],
    }),
    toWords: ({ name }) => ['workflow', 'show', '--json', '--', String(name)],
  },
  {
    tool: define('validate', 'Checks a workflow without running it.', {
      properties: { workflow: text('a file, or the name of a saved one') },
      required: ['workflow'],
    }),
    toWords: ({ workflow }) => ['validate', '--json', '--', fileOf(workflow)],
  },
  {
    tool: define(
      'run',
      'Runs a workflow, or plans a sentence and runs that. A plan that writes, sends or runs something needs a confirmation.',
      {
        properties: {
          workflow: text('a file, or the name of a saved one'),
          sentence: text('what to do, in place of a workflow'),
          inputs: INPUTS,
          ...RUN_OPTIONS,
          yes: { type: 'boolean', description: 'of a sentence: run the plan without a confirmation' },
          wait: WAIT,
        },
        annotations: RUNS,
      },
    ),
    toWords: runWords,
    isRun: true,
  },
  {
    tool: define(
      'plan',
      'Plans a workflow from a sentence, and runs nothing of it. Calls of models are paid.',
      {
        properties: { sentence: text('what to do'), inputs: INPUTS, ...RUN_OPTIONS },
        required: ['sentence'],
        annotations: { ...RUNS, destructiveHint: false },
      },
    ),
    toWords: (args) => [
      'plan',
      ...runOptions(args),
      '--',
      String(args['sentence']),
      ...inputWords(args['inputs']),
    ],
    isRun: true,
  },
  {
    tool: define('runs', 'Lists runs: when, how they ended, what they cost, and why they failed.', {
      properties: {
        status: { enum: Object.keys(LISTED_STATUSES) },
        workflow: text('only runs of this workflow'),
        since: text('only runs that started later: 24h, 7d, today or a day'),
        limit: { type: 'integer', minimum: 1, default: 20 },
      },
    }),
    toWords: ({ status, workflow, since, limit = 20 }, logs) => [
      ...['runs', '--json', ...option('--status', status), ...option('--workflow', workflow)],
      ...[...option('--since', since), ...option('--limit', limit), '--', ...logs],
    ],
  },
  {
    tool: define('show', 'Shows what happened in a run, and why it failed.', {
      properties: { run: text('a run id or a part of it, a log, last, last-failed or last-success') },
    }),
    toWords: ({ run = 'last' }, logs) => ['show', '--json', '--', fileOf(run), ...logs],
  },
  {
    tool: define('cost', 'Computes what the runs of a log cost, by model, node and token.', {
      properties: { log: LOG, run: text('a run id') },
    }),
    toWords: ({ log, run }, logs) => [
      ...['replay', '--project', 'cost', ...option('--run', run), '--', ...logsOf(log, logs)],
    ],
  },
  {
    tool: define('spend', 'Adds up what all runs of a folder cost.', {
      properties: {
        log: LOG,
        by: { enum: ['day', 'week', 'month', 'model', 'workflow', 'node', 'phase'] },
        since: text('first day'),
        until: text('last day'),
      },
    }),
    toWords: ({ log, by, since, until }, logs) => [
      ...['spend', '--json', ...option('--by', by), ...option('--since', since), ...option('--until', until)],
      ...['--', ...logsOf(log, logs)],
    ],
  },
  {
    tool: define('verify', 'Checks every checksum and rule of a log.', { properties: { log: LOG } }),
    toWords: ({ log }, logs) => ['verify', '--json', '--', ...logsOf(log, logs)],
  },
];

interface ToolForm {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly annotations?: Tool['annotations'];
}

function define(
  name: string,
  description: string,
  { properties, required = [], annotations = READS }: ToolForm,
): Tool {
  const inputSchema = { type: 'object' as const, properties: { ...properties }, required: [...required] };
  return { name, description, inputSchema, annotations };
}

/** The words of `run` for a saved workflow or a file. */
export function runWords(args: Arguments): readonly string[] {
  const { workflow, sentence, inputs, yes } = args;
  if ((workflow === undefined) === (sentence === undefined)) {
    throw new PflowError('USAGE', 'run takes either a workflow or a sentence', { hint: 'Give one of them.' });
  }
  const values = inputWords(inputs);
  if (sentence === undefined) return ['run', ...runOptions(args), '--', fileOf(workflow), ...values];
  // Without the word `run`: with it, a text is a file or a name.
  return [...runOptions(args), ...(yes === true ? ['--yes'] : []), '--', textOf(sentence), ...values];
}

function runOptions({ model, max_cost_usd, timeout_s, answers }: Arguments): readonly string[] {
  return [
    '--output-format=json',
    ...option('--model', model),
    ...option('--max-cost', max_cost_usd),
    ...option('--timeout', timeout_s),
    ...option('--answers', answers),
  ];
}

/** One word, so that a value cannot be read as an option. */
function option(flag: string, value: unknown): readonly string[] {
  return value === undefined || value === null ? [] : [`${flag}=${toText(value)}`];
}

function inputWords(inputs: unknown): readonly string[] {
  if (inputs === undefined || inputs === null) return [];
  if (typeof inputs !== 'object' || Array.isArray(inputs)) {
    throw new PflowError('USAGE', 'inputs is not an object', {
      hint: 'Give values by name: {"file": "notes.txt"}.',
    });
  }
  return Object.entries(inputs).map(([name, value]) => `${name}=${toText(value)}`);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (exactJsonText(value) ?? '');
}

/** Stdin belongs to the protocol. */
function fileOf(value: unknown): string {
  const path = String(value);
  if (path !== '-') return path;
  throw new PflowError('USAGE', 'stdin cannot be read here', { hint: 'Give the path of a file.' });
}

function logsOf(named: unknown, logs: readonly string[]): readonly string[] {
  return named === undefined || named === null ? logs : [fileOf(named)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function optional(value: unknown): readonly string[] {
  return value === undefined || value === null ? [] : [textOf(value)];
}
