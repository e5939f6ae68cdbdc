// Runs the built program in a temporary folder with workflow files, and checks failures: the exit code, a single
// error in the documented form, no stack trace.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { runCli, temporaryFolder, type CliOptions, type CliRun } from './cli.ts';
import { startProvider, type TestProvider } from './provider/provider.ts';
import type { Script } from './provider/script.ts';

export interface Workbench {
  readonly folder: string;
  /** Runs the program in the folder. */
  run(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  /** Writes a file, a value other than a string as JSON, and returns its path. */
  write(name: string, content: unknown): string;
  path(name: string): string;
}

export function workbench(env: Readonly<Record<string, string>> = {}): Workbench {
  const folder = temporaryFolder();
  return {
    folder,
    run: (args, options = {}) => runCli(args, { cwd: folder, ...options, env: { ...env, ...options.env } }),
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    path: (name) => join(folder, name),
  };
}

/** Starts a provider that stops after the test. */
export async function testProvider(script: Script = {}): Promise<TestProvider> {
  const provider = await startProvider(script);
  onTestFinished(() => provider.stop());
  return provider;
}

export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly node_id?: string;
  readonly path?: string;
  readonly hint?: string;
  readonly details?: readonly string[];
  readonly problems?: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
    readonly suggestion?: string;
  }[];
}

export interface Document {
  readonly result: unknown;
  readonly is_error: boolean;
  readonly status: string;
  readonly error?: ErrorDocument;
  readonly steps?: readonly { readonly node_id: string; readonly status: string }[];
  readonly warnings: readonly { readonly code: string }[];
  readonly log?: { readonly path: string; readonly complete: boolean; readonly last_seq: number };
  readonly trace_file?: string;
  readonly planner_trace_file?: string;
  readonly workflow?: { readonly name: string | null; readonly hash: string | null; readonly ir?: unknown };
  readonly total_cost_usd?: number;
  readonly reused_cost_usd?: number;
}

/** Parses stdout as a single JSON document. */
export function documentOf({ stdout }: CliRun): Document {
  return JSON.parse(stdout) as Document;
}

const ERROR_KEYS = [
  ...['code', 'message', 'node_id', 'path', 'hint', 'details', 'problems'],
  ...['command', 'exit_code', 'stdout', 'stderr'],
];

/** Expects an empty stdout and one error on stderr; returns the lines of stderr. */
export function expectTextError(run: CliRun, exit: number, code: string): readonly string[] {
  expect(run.stderr).not.toMatch(/^\s+at /mu);
  expect(run.stderr.match(/^error /gmu)).toEqual(['error ']);
  expect(run.stderr).toMatch(new RegExp(`^error ${code}: .`, 'mu'));
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: exit, stdout: '' });
  return run.stderr.split('\n').slice(0, -1);
}

/** Expects a JSON document on stdout, and the error as text on stderr. */
export function expectReplayError(run: CliRun, exit: number, code: string): readonly string[] {
  expect(documentOf(run)).toMatchObject({ type: 'result', is_error: true, exit_code: exit, error: { code } });
  return expectTextError({ ...run, stdout: '' }, exit, code);
}

/** What a replay of this log warns of: failed calls that were sent may be billed. */
export function unmeteredWarning(log: string, model: string): string {
  const isUnmetered = ({ type, data }: ReturnType<typeof eventsIn>[number]): boolean =>
    type === 'llm.failed' && data['unmetered'] === true;
  const count = eventsIn(log).filter(isUnmetered).length;
  const calls = count === 1 ? '1 call' : `${String(count)} calls`;
  const reason = 'the call failed after its request was sent, and reported no usage';
  return count === 0 ? '' : `warning ${calls} of ${model} not in the total: ${reason}\n`;
}

/** Expects a JSON document with the error on stdout, and its first line on stderr. */
export function expectJsonError(run: CliRun, exit: number, code: string): ErrorDocument {
  expect(run.stderr).not.toMatch(/^\s+at /mu);
  const { error, is_error, result } = documentOf(run);
  expect({ exit: run.code, code: error?.code, is_error, result }).toEqual({
    exit,
    code,
    is_error: true,
    result: null,
  });
  expect(Object.keys(error ?? {}).filter((key) => !ERROR_KEYS.includes(key))).toEqual([]);
  expect(run.stderr.match(/^error .*$/gmu)).toEqual([`error ${code}: ${error?.message ?? ''}`]);
  return error ?? { code: '', message: '' };
}

/** Lists the types of the events in a log file, in order. */
export function eventTypesIn(path: string): readonly string[] {
  return eventsIn(path).map(({ type }) => type);
}

export interface LoggedEvent {
  readonly type: string;
  readonly seq: number;
  readonly run: string;
  readonly node?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function eventsIn(path: string): readonly LoggedEvent[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent);
}

export const ECHO = {
  nodes: [{ id: 'hello', type: 'echo', params: { message: 'hello' } }],
  outputs: { greeting: { source: '${hello.echo}' } },
};
