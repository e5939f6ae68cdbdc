// Makes the projections that a replay requests, with their prices.
import type { Projection } from '../../projections/contract.ts';
import { createCost } from '../../projections/cost/projection.ts';
import { createCostComparison } from '../../projections/cost-comparison/projection.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { createProjection, PROJECTION_NAMES } from '../../projections/projection-list.ts';
import { PflowError } from '../errors.ts';
import { loadPricing } from '../home/prices/pricing.ts';
import { findNearestName } from '../values/nearest.ts';
import { present } from '../values/present.ts';
import type { ProjectionOptions } from './replay-options.ts';
import { createRequestedSpend } from './requested-spend.ts';

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
export function requestedProjections(options: ProjectionOptions): RequestedProjections {
  const { project, unknownModel } = options;
  const { projections, pricings } = createRequested(options);
  const requestedCount = projections.length;
  const holdsMoney = project.some((one) => typeof one === 'string' && !WITHOUT_MONEY.has(one));
  if (!holdsMoney && unknownModel !== 'error') return { folded: projections, requestedCount, gapSources: [] };
  const own = projections.findIndex((projection) => projection.gaps !== undefined);
  if (own >= 0) return { folded: projections, requestedCount, gapSources: [own] };
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

function createRequested(options: ProjectionOptions): PricedProjections {
  const { project, pricing: files = [] } = options;
  if (project.length === 0) throw noProjectionError();
  if (files.length > 1) return createComparison(options, files);
  const pricing = pricingOf(options, files);
  return {
    projections: project.map((one) => (typeof one === 'string' ? createNamed(one, options, pricing) : one)),
    pricings: [pricing],
  };
}

function createComparison(options: ProjectionOptions, files: readonly string[]): PricedProjections {
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
  const before = pricingOf(options, [old]);
  const after = pricingOf(options, [changed]);
  return { projections: [createCostComparison({ before, after })], pricings: [before, after] };
}

function pricingOf(options: ProjectionOptions, files: readonly string[]): Pricing {
  const { asOf, asModel, unknownModel, costSource } = options;
  return loadPricing({ files, asOf, asModel, unknownModel, costSource });
}

function createNamed(
  name: string,
  options: ProjectionOptions,
  pricing: Pricing,
): Projection<unknown, unknown> {
  if (name === 'spend' && options.spend !== undefined) return createRequestedSpend(options.spend, pricing);
  const { explain, maxChars } = options;
  const created = createProjection(name, { pricing, ...present({ explain, maxChars }) });
  if (created !== undefined) return created;
  const nearest = findNearestName(name, PROJECTION_NAMES);
  throw new PflowError('PROJECTION_UNKNOWN', `there is no projection "${name}"`, {
    details: [AVAILABLE],
    ...present({ hint: nearest === undefined ? undefined : `Did you mean ${nearest}?` }),
  });
}

const AVAILABLE = `available: ${PROJECTION_NAMES.join(', ')}`;

function noProjectionError(): PflowError {
  return new PflowError('USAGE', '--project is missing', {
    details: [AVAILABLE],
    hint: 'For example: pflow replay run.ndjson --project metrics',
  });
}
