// Defines the code node: a few lines of JavaScript over plain values. Files, network and commands are for other nodes.
import { Script } from 'node:vm';
import * as z from 'zod';
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';
import { wrapAsFunction } from './code-program.ts';
import { defineNodeType } from './define-node-type.ts';
import { next, type NextAction } from './next-action.ts';
import { encodeInputs } from './encode-inputs.ts';
import { RESULT_BYTES, runCode, type CodeOutcome, type CodeError } from './run-code.ts';

const params = z.strictObject({
  code: z
    .string()
    .min(1)
    .superRefine((code, context) => {
      const problem = findSyntaxProblem(code);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .describe(
      'Body of an async JavaScript function that reads `inputs` and ends with return; taken word for word, never read for templates. next("name") chooses the edge',
    ),
  inputs: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('What the code reads as inputs.NAME; this is where templates go'),
  actions: z
    .array(z.string().min(1))
    .default([])
    .describe('The actions that it may choose with next("name")'),
  timeout_s: z.number().positive().default(30).describe('Seconds until the code is ended'),
  memory_mb: z.int().min(16).max(4096).default(128).describe('Megabytes that its values may take'),
});

const outputs = z.object({
  result: z.unknown().describe('What the code returned: objects, lists, texts, numbers, true, false, null'),
});

type Params = z.output<typeof params>;

export const code = defineNodeType({
  type: 'code',
  summary: 'Runs JavaScript over its inputs; no files, no network.',
  params,
  outputs,
  effect: 'runs',
  example: {
    code: 'return inputs.items.filter((item) => item.state === "open").map((item) => item.title)',
    inputs: { items: '${fetch.response}' },
  },
  literal: ['code', 'actions'],
  actions: ({ actions }) => ['default', ...(Array.isArray(actions) ? (actions as string[]) : [])],
  async exec(given, context) {
    const { code: text, inputs, memory_mb, timeout_s } = given;
    const deadline = new Deadline(context.signal, timeout_s);
    try {
      const outcome = await runCode({
        code: text,
        inputs: encodeInputs(inputs),
        memoryMb: memory_mb,
        timeoutS: timeout_s,
        signal: deadline.signal,
      });
      if ('result' in outcome) return chooseResult(outcome, given.actions);
      throw outcomeError(outcome, given, deadline);
    } finally {
      deadline.clear();
    }
  },
});

function chooseResult(
  { result, action }: Extract<CodeOutcome, { readonly result: unknown }>,
  declared: readonly string[],
): { readonly result: unknown } | NextAction<{ readonly result: unknown }> {
  if (action === undefined || action === 'default') return { result };
  if (declared.includes(action)) return next(action, { result });
  throw new NodeFailure(`the code called next("${action}"), which its "actions" do not declare`, {
    hint:
      declared.length === 0 ? `Declare it: "actions": ["${action}"].` : `Declared: ${declared.join(', ')}.`,
    outputs: { result },
  });
}

/** What an allocation throws beyond the limit of the process. */
const ALLOCATION_FAILED = 'Array buffer allocation failed';

function outcomeError(
  outcome: Exclude<CodeOutcome, { readonly result: unknown }>,
  { memory_mb, inputs }: Params,
  deadline: Deadline,
): unknown {
  const isOutOfMemory =
    'outOfMemory' in outcome || ('error' in outcome && outcome.error.message === ALLOCATION_FAILED);
  if (isOutOfMemory) {
    return new NodeFailure(`the code needs more than ${String(memory_mb)} MB of memory and was ended`, {
      hint: 'Raise its memory_mb, or work on less at a time.',
    });
  }
  if ('error' in outcome) return thrownInCodeError(outcome.error, Object.keys(inputs));
  if ('pending' in outcome) return new NodeFailure('the code waits for a promise that never settles');
  if ('crashed' in outcome) {
    return new NodeFailure(`the process of the code ended without a result (${outcome.crashed})`, {
      hint: 'Most often it needs too much memory or stack: work on less at a time.',
    });
  }
  if (!deadline.expired) return deadline.signal.reason;
  return new NodeFailure(`the code did not end within ${String(deadline.seconds)} s`, {
    code: 'NODE_TIMEOUT',
    hint: 'Raise its timeout_s, or look for a loop that never ends.',
  });
}

function thrownInCodeError({ name, message, line }: CodeError, inputs: readonly string[]): NodeFailure {
  if (name === 'NoResult')
    return new NodeFailure('the code returned nothing', { hint: 'End it with return and a value.' });
  if (name === 'NotPlain') {
    return new NodeFailure(`the code returned a value that is not plain: ${message}`, {
      hint: 'Return objects, lists, texts, numbers, true, false and null: [...map], [...set], String(x).',
    });
  }
  if (name === 'TooLarge' || name === 'TooDeep') return unboundedResultError(name);
  const isMissingName = name === 'ReferenceError' || message.includes('dynamic import');
  const hint = isMissingName ? explainMissingName(message, inputs) : undefined;
  const place = line === undefined ? '' : ` (line ${String(line)})`;
  return new NodeFailure(`the code threw ${name}: ${message}${place}`, present({ hint }));
}

function unboundedResultError(name: 'TooLarge' | 'TooDeep'): NodeFailure {
  const limit = String(RESULT_BYTES / 1024 / 1024);
  return name === 'TooLarge'
    ? new NodeFailure(`the code returned more than ${limit} MiB`, { hint: 'Return what later nodes need.' })
    : new NodeFailure('the code returned a value that is nested deeper than 1000 levels', {
        hint: 'Return a flat list instead.',
      });
}

function explainMissingName(message: string, inputs: readonly string[]): string {
  const name = /^(\S+) is not defined/u.exec(message)?.[1] ?? '';
  if (inputs.includes(name)) return `Inputs are read as inputs.${name}.`;
  return 'Code has plain JavaScript and `inputs` only; use other nodes for files, network and commands.';
}

type CompileBody = new (parameter: string, body: string) => unknown;
const asyncPrototype = Object.getPrototypeOf(async () => Promise.resolve()) as object;
const AsyncFunction = asyncPrototype.constructor as CompileBody;

/** Finds the first syntax error. Runs nothing. */
function findSyntaxProblem(text: string): string | undefined {
  try {
    // Reads the body by itself: brackets that end it early and begin something else are an error here.
    Reflect.construct(AsyncFunction, ['inputs', `'use strict';\n${text}\n`]);
    return undefined;
  } catch {
    return describeSyntaxError(text);
  }
}

function describeSyntaxError(text: string): string {
  const lastLine = text.split('\n').length;
  const unmatched = `is not JavaScript: its brackets do not match (line ${String(lastLine)})`;
  try {
    new Script(wrapAsFunction(text), { filename: 'code', lineOffset: -1 });
    return unmatched;
  } catch (located) {
    const { message, stack = '' } = located as Error;
    const line = Number(/^code:(\d+)/u.exec(stack)?.[1] ?? 1);
    // An error behind the end is about the bracket of the function around the code.
    return line > lastLine ? unmatched : `is not JavaScript: ${message} (line ${String(line)})`;
  }
}
