// Resumes a run in one call, with the parts of `pflow resume`.
import { dirname, resolve } from 'node:path';
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { readLog } from '../../log/read/read-log.ts';
import { present } from '../../values/present.ts';
import { mayLimitNested } from '../nested/nested-limits.ts';
import { absolutePaths, followSignal, type RunFileOptions } from '../run-workflow-file.ts';
import type { RunOutcome } from '../run-request.ts';
import { openRunSession } from '../run-session.ts';
import { prepareResume } from './prepare-resume.ts';
import { releaseWhenVisible } from './resume-lock.ts';

/** Options of `resumeRun`. Paths are relative to `cwd`; nodes run in the folder in which the run started. */
export interface ResumeRunOptions extends Omit<RunFileOptions, 'inputs' | 'stdin' | 'logLevel'> {
  /** The id of the run; by default the last one of the log. */
  readonly run?: string;
  /** Inputs with another value, by name. Nodes whose params change run again. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Runs this node and all after it again, with the workflow file as it is. */
  readonly from?: string;
  /** With `from`: keeps nodes before it whose definition has changed. */
  readonly keepChanged?: boolean;
  /** Ids of nodes that run again although they may have acted. */
  readonly rerun?: readonly string[];
}

/**
 * Does what `pflow resume LOG` does: continues the run in a new log, by default beside the old one. Completed nodes are
 * restored and cost nothing.
 *
 * Resolves to the outcome, as `runFile` does. Throws a PflowError when nothing ran: RUN_UNKNOWN, RUN_ACTIVE,
 * RUN_SUCCEEDED, RUN_CONTINUED, RUN_UNRESUMABLE, NODES_CHANGED, NODE_NOT_REACHED, RERUN_UNCONFIRMED, VALUE_NOT_KEPT, ….
 */
export async function resumeRun(log: string, options: ResumeRunOptions = {}): Promise<RunOutcome> {
  const { cwd = workingFolder(), env = process.env, nodes = [], inputs: given = {} } = options;
  const path = resolve(cwd, log);
  const run = options.run ?? (await lastRunOf(path));
  const paths = absolutePaths(options, cwd);
  const { request: prepared, lock } = await prepareResume(
    { path, run },
    { ...options, ...paths, named: log, given, cwd, env, nodes },
  );
  const { savedAs: _savedAs, ...request } = prepared;
  const maxCost = options.maxCost ?? request.workflow.max_cost_usd;
  const place = { log: paths.log ?? `${dirname(path)}/`, env };
  const mayLimitCost = mayLimitNested(request);
  const limits = { mayLimitCost, ...present({ maxCost }) };
  try {
    const session = await openRunSession({ ...options, ...paths, ...place, ...limits });
    releaseWhenVisible(lock, { path, run }, session.opened?.log);
    const release = followSignal(options.signal, session.controller);
    try {
      return await session.finish(await session.run(request));
    } finally {
      release();
    }
  } finally {
    lock.release();
  }
}

async function lastRunOf(path: string): Promise<string> {
  let last: string | undefined;
  await readLog(path, {
    handles: new Set(['run.started']),
    skipCorrupt: true,
    onEvent: ({ run }) => {
      last = run;
    },
  });
  if (last !== undefined) return last;
  throw new PflowError('LOG_EMPTY', `there is no run in ${path}`, { hint: 'Name the log of a run.' });
}
