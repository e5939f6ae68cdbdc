// What is to be said of models that no price is known for: a refusal where that was asked for, else a warning.
import type { Cost } from '../../../projections/cost-schema.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { PflowError } from '../../errors.ts';
import { paint } from '../paint.ts';

/** Throws NO_PRICE where a call has no price. */
export function refuseUnpriced({ unpriced }: Cost): void {
  const [first] = unpriced;
  if (first === undefined) return;
  throw new PflowError('NO_PRICE', `no price is known for ${unpriced.map(({ model }) => model).join(', ')}`, {
    details: unpriced.flatMap(({ model, nearest }) =>
      nearest.length === 0 ? [] : [`${model}: known names nearby are ${nearest.join(', ')}`],
    ),
    hint: 'Give a price with --pricing FILE, or leave out --unknown-model error.',
  });
}

export function guessWarning(model: string, pricing: Pricing): string {
  const near = pricing.nearest(model);
  const names = near.length === 0 ? '' : `; known names nearby: ${near.join(', ')}`;
  return `${paint.yellow('warning')} no price is known for ${model}; its cost is estimated, --pricing FILE gives its price${names}\n`;
}

/** Models whose cost is a guess in one of these results: of metrics, or of cost. */
export function guessedModels(results: readonly unknown[]): string[] {
  const models = results.flatMap((result) => {
    const { pricing, estimated } = (result ?? {}) as {
      readonly pricing?: { readonly estimated_models?: readonly string[] };
      readonly estimated?: unknown;
    };
    const ofCost = Array.isArray(estimated) ? (estimated as Cost['estimated']) : [];
    return [...(pricing?.estimated_models ?? []), ...ofCost.map(({ model }) => model)];
  });
  return [...new Set(models)];
}
