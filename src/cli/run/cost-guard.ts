// What is asked before each model call where a limit was set. It is loaded with the first limit.
import type { RunRequest } from '../../run/run-request.ts';
import type { RunOptions } from './run-options.ts';
import type { Observation } from './run-observation.ts';

export type BeforeCall = NonNullable<RunRequest['beforeCall']>;

/** Recorded answers cost nothing, so there is nothing to refuse for want of a price. */
export async function costGuard(
  usd: string | number | undefined,
  observation: Observation | undefined,
  flags: RunOptions,
  controller: AbortController,
): Promise<BeforeCall | undefined> {
  if (usd === undefined || observation === undefined) return undefined;
  const { limitCost } = await import('./cost-limit.ts');
  const { log, pricing } = observation;
  const free = flags.answers !== undefined && flags.onMiss === 'error';
  const guess = free || flags.unknownModel === 'fallback';
  return limitCost({ usd, log, pricing, guess, controller });
}
