// Defines what is reported of a run.
import type { PflowError } from '../../errors.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import type { SavedTraces } from './run-observation.ts';

export interface RunReport extends SavedTraces {
  readonly outcome: RunOutcome;
  /** What the JSON document calls `result`; null without an output. */
  readonly result: unknown;
  /** What text mode prints. */
  readonly value: unknown;
  /** Why the run failed, or why the output that `-o` names is missing. Decides the exit code. */
  readonly error?: PflowError;
}
