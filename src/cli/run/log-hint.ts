// Completes the hint of a run that was stopped: names the log with what it did.
import type { PflowError } from '../../errors.ts';
import { Interruption } from '../../run/interruption.ts';
import type { RunOutcome } from '../../run/run-request.ts';

/** `path`: the log, if one was kept. */
export function withLogHint(outcome: RunOutcome, path: string | undefined): RunOutcome {
  const { error } = outcome;
  return error === undefined || path === undefined ? outcome : { ...outcome, error: namingLog(error, path) };
}

function namingLog(error: PflowError, path: string): PflowError {
  switch (error.code) {
    case 'INTERRUPTED': {
      const hint = `What happened up to here is in ${path}.`;
      return error instanceof Interruption ? new Interruption(error.signal, { hint }) : error.with({ hint });
    }
    case 'MAX_COST_REACHED':
      return error.with({ hint: `${error.hint ?? ''} What was done is in ${path}.`.trim() });
    default:
      return error;
  }
}
