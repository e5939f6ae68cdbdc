// What is asked before each model call where a limit was set. It is loaded with the first limit.
import type { RunRequest } from '../../run/run-request.ts';
import type { RunFlags } from '../commands/run-flags.ts';
import type { Observation } from './observe-run.ts';

export type BeforeCall = NonNullable<RunRequest['beforeCall']>;

/** Recorded answers cost nothing, so there is nothing to refuse for want of a price. */
export async function costGuard(
  usd: string | number | undefined,
  observation: Observation | undefined,
  flags: RunFlags,
  controller: AbortController,
): Promise<BeforeCall | undefined> {
  if (usd === undefined || observation === undefined) return undefined;
  const { limitCost } = await import('./limit-cost.ts');
  const { log, pricing } = observation;
  const free = flags.answers !== undefined && flags.onMiss === 'error';
  const guess = free || flags.unknownModel === 'fallback';
  return limitCost({ usd, log, pricing, guess, controller });
}
