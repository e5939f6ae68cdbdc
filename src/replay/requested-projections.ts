// Makes the projections that a replay requests, with their prices.
import type { Projection } from '../../projections/contract.ts';
import { LOADED_NAMES, loadProjection } from '../../projections/load-projection.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { PflowError } from '../errors.ts';
import { loadPricing } from '../home/prices/pricing.ts';
import { suggestNearest } from '../values/nearest-name.ts';
import { present } from '../values/present.ts';
import type { ProjectionOptions } from './replay-options.ts';

export interface RequestedProjections {
  /** The requested projections, followed by those that only compute what the prices leave open. */
  readonly folded: readonly Projection<unknown, unknown>[];
  readonly requestedCount: number;
  /** Indexes in `folded`: for each price list, a projection that computes its gaps. Empty if no result holds money. */
  readonly gapSources: readonly number[];
}

/** Their results hold no money, so no price is missing. */
const WITHOUT_MONEY: ReadonlySet<string> = new Set(['store', 'warnings', 'answers', 'partners', 'failure']);

/** Makes the projections. Throws `USAGE` and `PROJECTION_UNKNOWN`, and what reading price files throws. */
export async function requestedProjections(options: ProjectionOptions): Promise<RequestedProjections> {
  const { project, unknownModel } = options;
  const { projections, pricings } = await loadRequested(options);
  const requestedCount = projections.length;
  const holdsMoney = project.some((one) => typeof one === 'string' && !WITHOUT_MONEY.has(one));
  if (!holdsMoney && unknownModel !== 'error') return { folded: projections, requestedCount, gapSources: [] };
  const own = projections.findIndex((projection) => projection.gaps !== undefined);
  if (own >= 0) return { folded: projections, requestedCount, gapSources: [own] };
  const { createCost } = await import('../../projections/cost/projection.ts');
  const costs = pricings.map((pricing) => createCost({ pricing }));
  return {
    folded: [...projections, ...costs],
    requestedCount,
    gapSources: costs.map((_cost, index) => requestedCount + index),
  };
}

interface PricedProjections {
  readonly projections: readonly Projection<unknown, unknown>[];
  /** Two only where they are compared. */
  readonly pricings: readonly Pricing[];
}

async function loadRequested(options: ProjectionOptions): Promise<PricedProjections> {
  const { project, pricing: files = [] } = options;
  if (project.length === 0) throw noProjectionError();
  if (files.length > 1) return loadComparison(options, files);
  const pricing = pricingOf(options, files);
  return {
    projections: await Promise.all(
      project.map(async (one) => (typeof one === 'string' ? await loadNamed(one, options, pricing) : one)),
    ),
    pricings: [pricing],
  };
}

async function loadComparison(
  options: ProjectionOptions,
  files: readonly string[],
): Promise<PricedProjections> {
  const [old, changed, ...more] = files;
  const isAlone = options.project.length === 1 && options.project[0] === 'cost' && options.explain !== true;
  if (old === undefined || changed === undefined || more.length > 0 || !isAlone) {
    throw new PflowError(
      'USAGE',
      `${String(files.length)} price files do not fit the requested projections`,
      {
        details: ['two price files are compared, by --project cost alone and without --explain'],
        hint: 'For example: pflow replay run.ndjson --project cost --pricing old.json --pricing new.json',
      },
    );
  }
  const { createCostComparison } = await import('../../projections/cost-comparison/projection.ts');
  const before = pricingOf(options, [old]);
  const after = pricingOf(options, [changed]);
  return { projections: [createCostComparison({ before, after })], pricings: [before, after] };
}

function pricingOf(options: ProjectionOptions, files: readonly string[]): Pricing {
  const { asOf, asModel, unknownModel, costSource } = options;
  return loadPricing({ files, asOf, asModel, unknownModel, costSource });
}

async function loadNamed(
  name: string,
  options: ProjectionOptions,
  pricing: Pricing,
): Promise<Projection<unknown, unknown>> {
  if (name === 'spend' && options.spend !== undefined) {
    const { createRequestedSpend } = await import('./requested-spend.ts');
    return createRequestedSpend(options.spend, pricing);
  }
  const { explain, maxChars } = options;
  const loaded = await loadProjection(name, { pricing, ...present({ explain, maxChars }) });
  if (loaded !== undefined) return loaded;
  throw new PflowError('PROJECTION_UNKNOWN', `there is no projection "${name}"`, {
    details: [AVAILABLE],
    ...present({ hint: suggestNearest(name, LOADED_NAMES) }),
  });
}

const AVAILABLE = `available: ${LOADED_NAMES.join(', ')}`;

function noProjectionError(): PflowError {
  return new PflowError('USAGE', '--project is missing', {
    details: [AVAILABLE],
    hint: 'For example: pflow replay run.ndjson --project metrics',
  });
}
