// What is to be said of calls that no price is known for: a refusal where that was asked for, else a warning.
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import { UNKNOWN_MODEL } from '../../projections/pricing/choose-price.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { PflowError } from '../errors.ts';
import { colour } from '../cli/terminal/colour.ts';
import { counted } from '../cli/terminal/format.ts';

/** What keeps the total of a bill from being exact. */
export type PriceGaps = Pick<CostGaps, 'estimated' | 'unpriced' | 'rejected'>;

/** Throws NO_PRICE where a call has no price. */
export function assertPriced(bills: readonly Pick<PriceGaps, 'unpriced'>[]): void {
  const nearestTo = new Map(
    bills.flatMap(({ unpriced }) => unpriced.map(({ model, nearest }) => [model, nearest] as const)),
  );
  if (nearestTo.size === 0) return;
  throw new PflowError('NO_PRICE', `no price is known for ${[...nearestTo.keys()].join(', ')}`, {
    details: [...nearestTo].flatMap(([model, nearest]) =>
      nearest.length === 0 ? [] : [`${model}: known names nearby are ${nearest.join(', ')}`],
    ),
    hint: 'Give a price with --pricing FILE, or leave out --unknown-model error.',
  });
}

export function estimateWarning(model: string, pricing: Pricing): string {
  return warning(unknown(model, 'its cost is estimated', pricing.nearest(model)));
}

/** One line for each thing that a bill leaves open; the same thing is said once. */
export function priceWarnings(bills: readonly PriceGaps[]): string[] {
  const said = bills.flatMap(({ estimated, unpriced, rejected }) => [
    ...estimated.map(({ model, entry, reason, nearest }) =>
      reason.startsWith(UNKNOWN_MODEL)
        ? unknown(model, 'its cost is estimated', nearest)
        : `the cost of ${model} is estimated by ${entry ?? 'nothing'}: ${reason}`,
    ),
    ...unpriced.map(({ model, calls, reason, nearest }) =>
      reason.startsWith(UNKNOWN_MODEL)
        ? unknown(model, `${counted(calls, 'call')} not in the total`, nearest)
        : `${counted(calls, 'call')} of ${model} not in the total: ${reason}`,
    ),
    ...rejected.map(
      ({ model, calls, reason }) => `${counted(calls, 'call')} of ${model} not in the total: ${reason}`,
    ),
  ]);
  return [...new Set(said)].map(warning);
}

function unknown(model: string, consequence: string, nearest: readonly string[]): string {
  const names = nearest.length === 0 ? '' : `; known names nearby: ${nearest.join(', ')}`;
  return `no price is known for ${model}; ${consequence}, --pricing FILE gives its price${names}`;
}

const warning = (text: string): string => `${colour.yellow('warning')} ${text}\n`;
