// Counts the run of a saved workflow. A home folder that cannot be written does not fail the run, and is reported
// with --verbose only.
import { homeFolder } from '../../home/paths.ts';
import { recordUse } from '../../home/saved-workflows/record-use.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunOptions } from './run-options.ts';

export interface UseFacts {
  /** The name under which the workflow is saved. */
  readonly savedAs: string;
  readonly status: RunOutcome['status'];
  readonly durationMs: number;
  /** The execution id, where there was a log. */
  readonly run: string | undefined;
}

export function tryRecordUse(
  { savedAs, status, durationMs, run }: UseFacts,
  flags: RunOptions,
  terminal: Terminal,
): void {
  try {
    recordUse(homeFolder(process.env), savedAs, {
      status,
      duration_ms: Math.round(durationMs * 100) / 100,
      ...present({ run }),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (flags.verbose === true) terminal.err(`note   this run of ${savedAs} was not counted: ${message}\n`);
  }
}
