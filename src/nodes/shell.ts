// Defines the shell node, which runs one command line with /bin/sh.
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure, type FailureFacts } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';
import { SHELL_READER } from '../values/sh/reader.ts';
import { provideShellReader } from '../values/shell-reader.ts';
import { createEnvironment, explainStartFailure, requireCommand } from './command-environment.ts';
import { decodeOutput, describeTail, readJsonOutput, type CommandOutput } from './command-output.ts';
import { defineNodeType } from './define-node-type.ts';
import { next } from './next-action.ts';
import type { RunContext } from './run-context.ts';
import { MAX_OUTPUT_BYTES, runCommand, type CommandResult } from './run-command.ts';
import { ENCODINGS } from './decode-bytes.ts';
import { pathSchema, resolvePath } from './resolve-path.ts';
import { textOrJson, textOrValue } from './text-or-value.ts';

provideShellReader(SHELL_READER);

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u;

const EXIT_CODE = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/u;

const params = z.strictObject({
  command: z
    .string()
    .min(1)
    .refine((command) => command.trim() !== '', 'must not be blank')
    .describe(
      'Command line for /bin/sh -c; ${…} in it is one word of text and never code, also inside quotes',
    ),
  stdin: textOrValue.nullish().describe('What the command reads; an object or a list becomes JSON'),
  cwd: pathSchema.default('.').describe('Folder to run in, relative to the folder of the run'),
  env: z
    .record(z.string().regex(VARIABLE_NAME, 'takes letters, digits and _, and no digit first'), z.unknown())
    .default({})
    .describe('Variables added to the environment; null is empty, an object or a list becomes JSON'),
  timeout_s: z
    .number()
    .positive()
    .default(30)
    .describe('Seconds until the command and its children are ended'),
  ok_exit_codes: z
    .array(z.int().min(0).max(255))
    .min(1)
    .default([0])
    .describe('Exit codes that are not failures, such as [0, 1] for grep'),
  actions: z
    .record(z.string().regex(EXIT_CODE, 'is not an exit code from 0 to 255'), z.string().min(1))
    .default({})
    .describe(
      'Maps exit codes to actions; such a code is not a failure: {"1": "none"} takes the edge "none"',
    ),
  ignore_errors: z.boolean().default(false).describe('No exit code is a failure'),
  encoding: z
    .enum(ENCODINGS)
    .default('utf-8')
    .describe('How stdout is read; with base64 nothing is cut off or changed'),
  output: z.enum(['text', 'json']).default('text').describe('json also parses stdout and writes it as json'),
});

const outputs = z.object({
  command: z.string().describe('The command with its values, without those of secret inputs'),
  stdout: z.string().describe('What it wrote, without one newline at the end; base64 when it is binary'),
  stdout_is_binary: z.boolean().describe('stdout is base64, because its bytes are no text'),
  stderr: z.string().describe('What it wrote to stderr, in the same form'),
  stderr_is_binary: z.boolean().describe('stderr is base64, because its bytes are no text'),
  exit_code: z.int().describe('Exit code; -1 when a signal ended it or it never started'),
  json: z.unknown().optional().describe('The value in stdout, with "output": "json"'),
});

type Outputs = z.output<typeof outputs>;

export const shell = defineNodeType({
  type: 'shell',
  summary: 'Runs a command line and keeps what it writes.',
  params,
  outputs,
  commands: ['command'],
  literal: ['actions'],
  actions: ({ actions = {} }) => ['default', ...Object.values(actions as Readonly<Record<string, string>>)],
  jsonParams: ['stdin'],
  example: { command: 'git log --oneline -n 20 -- ${path}', cwd: '${repository}' },
  effect: 'runs',
  async exec(given, context) {
    const { command, stdin, cwd, env, timeout_s, encoding } = given;
    const { shown = command, variables = [] } = context.commandLines?.['command'] ?? {};
    context.signal.throwIfAborted();
    const folder = resolvePath(cwd, context);
    const prepared = await rejectAsNotStarted(shown, async () => {
      requireCommand(command);
      return {
        command,
        cwd: await requireFolder(folder, cwd),
        env: createEnvironment({ inherited: context.env, env, variables }),
        ...present({ stdin: stdin === undefined || stdin === null ? undefined : textOrJson(stdin) }),
      };
    });
    // An abort during the check of the folder would not reach a command started now.
    context.signal.throwIfAborted();
    const deadline = new Deadline(context.signal, timeout_s);
    try {
      const startCommand = (): Promise<CommandResult> =>
        runCommand({
          ...prepared,
          signal: deadline.signal,
          runSignal: context.runSignal ?? context.signal,
          ...present({ onOutput: outputSink(context) }),
        });
      const finished = await rejectAsNotStarted(shown, startCommand, prepared.env);
      const stderr = decodeOutput(finished.stderr, encoding === 'latin1' ? 'latin1' : 'utf-8');
      const ended = { shown, finished, stdout: decodeOutput(finished.stdout, encoding), stderr };
      const failure = stoppedError(ended, deadline) ?? exitCodeError(ended, given);
      if (failure !== undefined) throw failure;
      const result = given.output === 'json' ? withJson(ended) : toOutputs(ended);
      warnOfStderr(result, context);
      const action = given.actions[String(result.exit_code)];
      return action === undefined ? result : next(action, result);
    } finally {
      deadline.clear();
    }
  },
});

function outputSink({ onCommandOutput, node = '' }: RunContext): ((bytes: Buffer) => void) | undefined {
  if (onCommandOutput === undefined) return undefined;
  return (bytes) => {
    onCommandOutput({ node, bytes });
  };
}

async function requireFolder(path: string, shown: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new NodeFailure(`its cwd "${shown}" is not a folder`);
  return path;
}

async function rejectAsNotStarted<T>(
  command: string,
  start: () => Promise<T>,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { message, hint } = error instanceof NodeFailure ? error : explainStartFailure(error, environment);
    const empty = { stdout: '', stdout_is_binary: false, stderr: '', stderr_is_binary: false };
    const result: Outputs = { command, ...empty, exit_code: -1 };
    throw new NodeFailure(`the command did not start: ${message}`, { outputs: result, ...present({ hint }) });
  }
}

const LONGEST_LINE = 200;

/** Nodes whose stderr was reported, by run: it is one warning for all visits and items. */
const reported = new WeakMap<AbortSignal, Set<string>>();

function warnOfStderr({ exit_code, stderr, stderr_is_binary }: Outputs, context: RunContext): void {
  const { warn, node = '', runSignal = context.signal } = context;
  if (warn === undefined || exit_code !== 0 || stderr_is_binary || stderr.trim() === '') return;
  const nodes = reported.get(runSignal) ?? new Set<string>();
  reported.set(runSignal, nodes);
  if (nodes.has(node)) return;
  nodes.add(node);
  // Of a node in a nested workflow, which names itself; its parent adds the path.
  const node_id = node.slice(node.lastIndexOf('/') + 1);
  const line = stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
  const message = `node "${node_id}" ended with exit code 0 and wrote to stderr: ${text}`;
  warn({ code: 'SHELL_STDERR', message, node_id });
}

interface EndedCommand {
  readonly shown: string;
  readonly finished: CommandResult;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
}

function toOutputs({ shown, finished, stdout, stderr }: EndedCommand): Outputs {
  return {
    command: shown,
    stdout: stdout.text,
    stdout_is_binary: stdout.isBinary,
    stderr: stderr.text,
    stderr_is_binary: stderr.isBinary,
    exit_code: finished.code ?? -1,
  };
}

function withJson(ended: EndedCommand): Outputs {
  const reading = readJsonOutput(ended.stdout);
  if (reading.ok) return { ...toOutputs(ended), json: reading.value };
  const hint = 'Leave out "output": "json", or let the command print JSON only.';
  throw failed(`stdout is not JSON: ${reading.reason}`, ended, { hint });
}

/** A failure that shows what the command wrote. */
function failed(message: string, ended: EndedCommand, facts: FailureFacts = {}): NodeFailure {
  const details = [...describeTail('stderr', ended.stderr), ...describeTail('stdout', ended.stdout)];
  return new NodeFailure(message, { ...facts, outputs: toOutputs(ended), details });
}

/** Returns the failures that do not depend on the exit code. */
function stoppedError(ended: EndedCommand, deadline: Deadline): NodeFailure | undefined {
  if (deadline.expired) {
    const message = `the command did not end within ${String(deadline.seconds)} s`;
    const hint = 'Raise its timeout_s, or find out what it waits for.';
    return failed(message, ended, { code: 'NODE_TIMEOUT', hint });
  }
  if (deadline.signal.aborted) {
    return failed('the command was ended', ended, { cause: deadline.signal.reason });
  }
  if (!ended.finished.overflowed) return undefined;
  const limit = String(MAX_OUTPUT_BYTES / 1024 / 1024);
  const hint = 'Send the output to a file, or filter it.';
  return failed(`the command wrote more than ${limit} MiB and was ended`, ended, { hint });
}

interface AcceptedEnds extends Pick<z.output<typeof params>, 'actions'> {
  readonly ok_exit_codes: readonly number[];
  readonly ignore_errors: boolean;
}

function exitCodeError(ended: EndedCommand, accepted: AcceptedEnds): NodeFailure | undefined {
  const { code, killedBy } = ended.finished;
  const isMapped = Object.hasOwn(accepted.actions, String(code));
  if (accepted.ignore_errors || isMapped || (code !== null && accepted.ok_exit_codes.includes(code)))
    return undefined;
  const end = killedBy === null ? `exit code ${String(code)}` : `killed by ${killedBy}`;
  const lastLine = ended.stderr.isBinary
    ? ''
    : (ended.stderr.text.trimEnd().split('\n').at(-1)?.trim() ?? '');
  return failed(lastLine === '' ? end : `${end}: ${lastLine}`, ended);
}
