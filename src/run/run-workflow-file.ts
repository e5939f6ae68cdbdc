// Runs a workflow file in one call, with the parts of `pflow run`.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Level } from '../events/vocabulary.ts';
import { workingFolder } from '../home/paths.ts';
import { readSettings } from '../home/settings.ts';
import { systemLogHost } from '../log/write/log-host.ts';
import type { ModelClient } from '../models/model.ts';
import { expandHome } from '../values/home-path.ts';
import { present } from '../values/present.ts';
import { prepareInputs } from '../workflow/prepare-inputs.ts';
import { runAbortedError } from './interruption.ts';
import { requireApprovalNodes } from './nested/approval-nodes.ts';
import { mayLimitNested } from './nested/nested-limits.ts';
import { prepareRequest } from './prepare-request.ts';
import { prepareWorkflow } from './prepare-workflow.ts';
import { tryRecordUse } from './count-saved-run.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';
import { openRunSession } from './run-session.ts';

/** Options of `runFile`. Paths are relative to `cwd`. */
export interface RunFileOptions {
  /** By name. A string is read as from `key=value`: the declared type of the input decides what it is. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** The text for the input that takes stdin. The stdin of the process is not read. */
  readonly stdin?: string;
  /** Path of the log. A folder gets a file for each run. By default PFLOW_LOG_DIR, if set. */
  readonly log?: string;
  /** Labels of the run, by name, for lists and costs. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `metrics` leaves out all content; by default `trace`. */
  readonly logLevel?: Level;
  /** Stops at the next node once the log cannot be written. */
  readonly logRequired?: boolean;
  /** Syncs the log to the disk after every answer and every node. */
  readonly durable?: boolean;
  /** Answers the model calls. Absent: the log in `answers`, else the providers, with the keys in `env`. */
  readonly models?: ModelClient;
  /** Path of a log with recorded answers. */
  readonly answers?: string;
  /** What to do for a request without a recorded answer; by default `error`. */
  readonly onMiss?: 'error' | 'live';
  /** The default model of nodes, as `provider/name`. Wins over the one in the settings. */
  readonly model?: string;
  /** US dollars; stops the run before the next model call once they are spent. Wins over `max_cost_usd` of the file. */
  readonly maxCost?: string | number;
  /** Path of a price book that wins over the built-in prices, for `maxCost`. */
  readonly pricing?: string;
  /** How `maxCost` counts a model without a price: by default it refuses its calls. */
  readonly unknownModel?: 'fallback' | 'null' | 'error';
  /** Whose figure `maxCost` counts: by default the bill of the provider, where it reports one. */
  readonly costSource?: 'auto' | 'calculated' | 'reported';
  /** With `maxCost`: `allow` goes on after a call whose cost has no known bound. */
  readonly unmetered?: 'stop' | 'allow';
  /** Seconds. */
  readonly timeout?: number;
  /**
   * Paths of nodes with `approval` that may run. Any other pauses the run: its error has the code APPROVAL_REQUIRED.
   */
  readonly approve?: readonly string[];
  /** Paths of modules with node types, besides those in the settings. */
  readonly nodes?: readonly string[];
  /** Stops the run. */
  readonly signal?: AbortSignal;
  /** Where relative paths start; by default the working directory of the process. */
  readonly cwd?: string;
  /** Keys, values of inputs, PFLOW_HOME and PFLOW_LOG_DIR; by default the environment of the process. */
  readonly env?: RunRequest['env'];
}

/**
 * Does what `pflow run FILE key=value` does. Reads the workflow (a path, or the name of a saved one), the settings and
 * the node types, prepares the inputs, opens the log, runs, and closes the log.
 *
 * Resolves to the outcome, also of a run that failed: `status`, then `output` or `error`. Projections of the log give
 * every number. Throws a PflowError when nothing ran: FILE_NOT_FOUND, WORKFLOW_INVALID, INPUT_MISSING, INPUT_INVALID,
 * MODEL_UNKNOWN, MODEL_KEY_MISSING, ANSWER_NOT_RECORDED, PRICES_INVALID, LOG_EXISTS, LOG_UNWRITABLE, ….
 */
export async function runFile(path: string, options: RunFileOptions = {}): Promise<RunOutcome> {
  const { inputs: given = {}, stdin, nodes = [], cwd = workingFolder(), env = process.env } = options;
  const prepared = await prepareWorkflow(path, { cwd, env, nodes });
  const { workflow } = prepared;
  if (options.approve !== undefined) requireApprovalNodes(options.approve, prepared);
  const settings = readSettings(env).env;
  const inputs = prepareInputs(workflow, { given, env, settings, ...present({ stdin }) });
  const paths = absolutePaths(options, cwd);
  const { savedAs, ...request } = await prepareRequest(prepared, inputs, { ...options, ...paths, cwd, env });
  const maxCost = options.maxCost ?? workflow.max_cost_usd;
  const mayLimitCost = mayLimitNested(request);
  const session = await openRunSession({ ...options, ...paths, env, mayLimitCost, ...present({ maxCost }) });
  const release = followSignal(options.signal, session.controller);
  try {
    const start = systemLogHost.monotonic();
    const outcome = await session.run(request);
    if (savedAs !== undefined) {
      const durationMs = systemLogHost.monotonic() - start;
      tryRecordUse({ savedAs, status: outcome.status, durationMs, run: session.opened?.log.run }, env);
    }
    return await session.finish(outcome);
  } finally {
    release();
  }
}

/** Makes paths absolute from `cwd`. */
export function absolutePaths(
  { log, answers, pricing }: Pick<RunFileOptions, 'log' | 'answers' | 'pricing'>,
  cwd: string,
): Pick<RunFileOptions, 'log' | 'answers' | 'pricing'> {
  // `join` keeps the slash at the end of a folder, which `resolve` drops.
  const absolute = (path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    const expanded = expandHome(path, homedir());
    return isAbsolute(expanded) ? expanded : join(cwd, expanded);
  };
  return present({ log: absolute(log), answers: absolute(answers), pricing: absolute(pricing) });
}

/** Aborts `controller` with `signal`. Returns the function that stops following. */
export function followSignal(signal: AbortSignal | undefined, controller: AbortController): () => void {
  if (signal === undefined) return () => undefined;
  const abort = (): void => {
    controller.abort(runAbortedError(signal.reason));
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => {
    signal.removeEventListener('abort', abort);
  };
}
