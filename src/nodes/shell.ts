// Defines the shell node, which runs one command line with /bin/sh.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';
import { defineNodeType } from './define-node-type.ts';
import { MAX_OUTPUT_BYTES, runCommand, type CommandResult } from './run-command.ts';
import { decodeText } from './decode-text.ts';
import { exactNumber } from './exact-number.ts';
import { toText, textOrValue } from './text-or-value.ts';

const params = z.strictObject({
  command: z.string().min(1).describe('Command line for /bin/sh -c'),
  stdin: textOrValue.nullish().describe('What the command reads; an object or a list becomes JSON'),
  cwd: z
    .string()
    .min(1)
    .default('.')
    .describe('Folder to run in; a relative one starts at the folder of the run'),
  env: z
    .record(z.string(), z.union([z.string(), exactNumber, z.boolean()]))
    .default({})
    .describe('Variables added to the environment'),
  timeout_s: z
    .number()
    .positive()
    .default(30)
    .describe('Seconds until the command and its children are ended'),
  ignore_errors: z.boolean().default(false).describe('A non-zero exit code is no failure'),
});

const outputs = z.object({
  stdout: z.string().describe('What it wrote, without one newline at the end; base64 when it is binary'),
  stderr: z.string().describe('What it wrote to stderr, in the same form'),
  exit_code: z.int().describe('Exit code; -1 when a signal ended it or it never started'),
});

type Outputs = z.output<typeof outputs>;

export const shell = defineNodeType({
  type: 'shell',
  summary: 'Runs a command line and keeps what it writes.',
  params,
  outputs,
  example: { command: 'git log --oneline -n 20', cwd: '${repository}' },
  effect: 'runs',
  async exec({ command, stdin, cwd, env, timeout_s, ignore_errors }, context) {
    context.signal.throwIfAborted();
    const folder = await requireFolder(resolve(context.cwd, cwd), cwd);
    // An abort during the check of the folder would not reach a command started now.
    context.signal.throwIfAborted();
    const deadline = new Deadline(context.signal, timeout_s);
    try {
      const finished = await runCommand({
        command,
        cwd: folder,
        env: { ...context.env, ...Object.fromEntries(Object.entries(env).map(([k, v]) => [k, String(v)])) },
        ...present({ stdin: stdin === undefined || stdin === null ? undefined : toText(stdin) }),
        signal: deadline.signal,
      }).catch((error: unknown) => {
        throw notStartedError(error instanceof Error ? error.message : String(error));
      });
      const result = toOutputs(finished);
      const failure =
        stoppedError(finished, result, deadline) ??
        (ignore_errors ? undefined : exitCodeError(finished, result));
      if (failure !== undefined) throw failure;
      return result;
    } finally {
      deadline.clear();
    }
  },
});

async function requireFolder(path: string, shown: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) throw notStartedError(`its cwd "${shown}" is not a folder`);
  return path;
}

function notStartedError(reason: string): NodeFailure {
  const result: Outputs = { stdout: '', stderr: '', exit_code: -1 };
  return new NodeFailure(`the command did not start: ${reason}`, { outputs: result });
}

function toOutputs({ stdout, stderr, code }: CommandResult): Outputs {
  return { stdout: decodeOutput(stdout), stderr: decodeOutput(stderr), exit_code: code ?? -1 };
}

function decodeOutput(bytes: Buffer): string {
  const text = decodeText(bytes);
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Returns the failures that do not depend on the exit code. */
function stoppedError(finished: CommandResult, result: Outputs, deadline: Deadline): NodeFailure | undefined {
  if (deadline.expired) {
    const message = `the command did not end within ${String(deadline.seconds)} s`;
    const hint = 'Raise its timeout_s, or find out what it waits for.';
    return new NodeFailure(message, { code: 'NODE_TIMEOUT', hint, outputs: result });
  }
  if (deadline.signal.aborted) {
    return new NodeFailure('the command was ended', { outputs: result, cause: deadline.signal.reason });
  }
  if (!finished.overflowed) return undefined;
  const limit = String(MAX_OUTPUT_BYTES / 1024 / 1024);
  const hint = 'Send the output to a file, or filter it.';
  return new NodeFailure(`the command wrote more than ${limit} MiB and was ended`, { hint, outputs: result });
}

function exitCodeError({ code, killedBy }: CommandResult, result: Outputs): NodeFailure | undefined {
  if (code === 0) return undefined;
  const end = killedBy === null ? `exit code ${String(code)}` : `killed by ${killedBy}`;
  const lastLine = result.stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return new NodeFailure(lastLine === '' ? end : `${end}: ${lastLine}`, { outputs: result });
}
