// Chooses the exit code of a run.
import { exitCodeOf } from '../../exit-codes.ts';
import { Interruption } from '../../run/interruption.ts';
import { exitCodeOfSignal } from '../terminal/signals.ts';
import type { RunObservation } from './run-observation.ts';
import type { RunReport } from './run-report.ts';

export function chooseExitCode(
  { error, outcome, problems }: RunReport,
  observation: RunObservation | undefined,
): number {
  if (error instanceof Interruption) return exitCodeOfSignal(error.signal);
  if (error !== undefined) {
    const code = exitCodeOf(error.code);
    // Codes that mean "nothing ran" are failures once something has run.
    return outcome.executed === undefined || [3, 4, 5].includes(code) ? code : 1;
  }
  if (observation?.log.state.complete === false) return 3;
  return problems.length > 0 ? 1 : 0;
}
