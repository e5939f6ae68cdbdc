// Says aloud what the numbers of a run do not show by themselves: costs that are guesses, and a log that
// stopped being written.
import type { PflowError } from '../../errors.ts';
import { colour } from '../terminal/colour.ts';
import { estimateWarning } from '../../replay/price-warnings.ts';
import type { Observation } from './run-observation.ts';

export function bookWarnings({ metrics, pricing, log }: Observation, error?: PflowError): string[] {
  const guesses = metrics.result().pricing.estimated_models.map((model) => estimateWarning(model, pricing));
  const { poisoned } = log.state;
  // Where the log is what the run ended for, the error has said it.
  if (poisoned === undefined || error?.code === poisoned.code) return guesses;
  return [...guesses, `${colour.yellow('warning')} ${poisoned.code}: ${poisoned.message}\n`];
}
