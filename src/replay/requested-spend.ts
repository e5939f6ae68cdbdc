// Makes the projection spend that a replay requests, with its prices. Loads no other projection.
import { parseInstant } from '../../projections/pricing/instant.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { Projection } from '../../projections/contract.ts';
import { createSpend } from '../../projections/spend/projection.ts';
import type { Spend } from '../../projections/spend/schema.ts';
import type { SpendState } from '../../projections/spend/state.ts';
import { PflowError } from '../errors.ts';
import { loadPricing } from '../home/prices/pricing.ts';
import type { ReplayOptions, SpendQuery } from './replay-options.ts';
import { timeZone } from './time-zone.ts';

export type SpendProjection = Projection<SpendState, Spend>;

/** Makes `spend` for logs that are read one by one. Throws `USAGE`, and what reading price files throws. */
export function requestedSpend(options: ReplayOptions): SpendProjection {
  const {
    project,
    run = 'all',
    until,
    spend = {},
    pricing: files = [],
    asOf,
    asModel,
    unknownModel,
    costSource,
  } = options;
  if (project.length !== 1 || project[0] !== 'spend' || run !== 'all' || until !== undefined) {
    throw new PflowError('USAGE', 'eachLog is for the projection spend alone, over all runs', {
      hint: 'Leave eachLog out, or the other projections and options.',
    });
  }
  return createRequestedSpend(spend, loadPricing({ files, asOf, asModel, unknownModel, costSource }));
}

/** Makes `spend` for the calls of a query. Throws `USAGE` for an invalid day or time zone. */
export function createRequestedSpend(
  { by, since, until, timeZone: zone = 'UTC' }: SpendQuery,
  pricing: Pricing,
): SpendProjection {
  assertDay('--since', since);
  assertDay('--until', until);
  if (since !== undefined && until !== undefined && since > until) {
    throw new PflowError('USAGE', `--since ${since} is after --until ${until}`);
  }
  return createSpend({ by, since, until, pricing, zone: timeZone(zone) });
}

function assertDay(flag: string, text: string | undefined): void {
  if (text === undefined || (text.length === 10 && parseInstant(text) !== null)) return;
  throw new PflowError('USAGE', `${flag} takes a day such as 2026-11-01, not ${text}`);
}
