// Describes calls without a known price: an error where the caller refuses them, else a warning each.
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import { UNKNOWN_MODEL } from '../../projections/pricing/choose-price.ts';
import { PflowError } from '../errors.ts';
import { formatCount } from '../values/format-count.ts';

/** What keeps a total from being exact. */
export type PriceGaps = Pick<CostGaps, 'estimated' | 'unpriced' | 'rejected' | 'unmetered' | 'doubts'>;

/** Throws NO_PRICE if a call has no price. */
export function assertPriced(gaps: readonly Pick<PriceGaps, 'unpriced'>[]): void {
  const nearestTo = new Map(
    gaps.flatMap(({ unpriced }) => unpriced.map(({ model, nearest }) => [model, nearest] as const)),
  );
  if (nearestTo.size === 0) return;
  throw new PflowError('NO_PRICE', `no price is known for ${[...nearestTo.keys()].join(', ')}`, {
    details: [...nearestTo].flatMap(([model, nearest]) =>
      nearest.length === 0 ? [] : [`${model}: known names nearby are ${nearest.join(', ')}`],
    ),
    hint: 'Give a price with --pricing FILE, or leave out --unknown-model error.',
  });
}

/** Describes each gap in a text; a gap that several totals have is described once. */
export function priceWarnings(gaps: readonly PriceGaps[]): string[] {
  const warnings = gaps.flatMap(({ estimated, unpriced, rejected, unmetered, doubts }) => [
    ...estimated.map(({ model, entry, reason, nearest }) =>
      reason.startsWith(UNKNOWN_MODEL)
        ? unknownModel(model, estimatedText(entry), nearest)
        : `the cost of ${model} is estimated by ${entry ?? 'nothing'}: ${reason}`,
    ),
    ...unpriced.map(({ model, calls, reason, nearest }) =>
      reason.startsWith(UNKNOWN_MODEL)
        ? unknownModel(model, `${formatCount(calls, 'call')} not in the total`, nearest)
        : `${formatCount(calls, 'call')} of ${model} not in the total: ${reason}`,
    ),
    ...[...rejected, ...unmetered].map(
      ({ model, calls, reason }) => `${formatCount(calls, 'call')} of ${model} not in the total: ${reason}`,
    ),
    ...doubts.filter((doubt) => !isInEstimate(doubt, estimated)).map(doubtWarning),
  ]);
  return [...new Set(warnings)];
}

/** `TOTAL_MISMATCH: the cost of 2 calls of openai/gpt-4o is not exact: the total is not the sum of its parts`. */
function doubtWarning({ code, calls, models, reasons }: PriceGaps['doubts'][number]): string {
  const named = listShort(models, MAX_MODELS);
  return `${code}: the cost of ${formatCount(calls, 'call')} of ${named} is not exact: ${listShort(reasons, MAX_REASONS)}`;
}

/** True if estimates already name every reason of a doubt. */
function isInEstimate({ reasons }: PriceGaps['doubts'][number], estimated: PriceGaps['estimated']): boolean {
  return reasons.every((one) => estimated.some(({ reason }) => reason.split('; ').includes(one)));
}

const MAX_MODELS = 3;
const MAX_REASONS = 3;

function listShort(texts: readonly string[], most: number): string {
  const rest = texts.length - most;
  return rest > 0 ? `${texts.slice(0, most).join(', ')} and ${String(rest)} more` : texts.join(', ');
}

/** `entry`: the price that counts instead. */
function estimatedText(entry: string | null): string {
  return entry === null ? 'its cost is estimated' : `its cost is estimated by the price of ${entry}`;
}

function unknownModel(model: string, consequence: string, nearest: readonly string[]): string {
  const names = nearest.length === 0 ? '' : `; known names nearby: ${nearest.join(', ')}`;
  return `no price is known for ${model}; ${consequence}, --pricing FILE gives its price${names}`;
}
