// Counts the run of a saved workflow. A home folder that cannot be written does not fail the run.
import { homeFolder } from '../home/paths.ts';
import { recordUse } from '../home/saved-workflows/record-use.ts';
import { present } from '../values/present.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';

export interface WorkflowUse {
  /** The name under which the workflow is saved. */
  readonly savedAs: string;
  readonly status: RunOutcome['status'];
  readonly durationMs: number;
  /** The execution id, where there was a log. */
  readonly run: string | undefined;
}

/** Returns why the run was not counted, if it was not. */
export function tryRecordUse(
  { savedAs, status, durationMs, run }: WorkflowUse,
  env: RunRequest['env'],
): string | undefined {
  const duration_ms = Math.round(durationMs * 100) / 100;
  try {
    recordUse(homeFolder(env), savedAs, { status, duration_ms, ...present({ run }) });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
