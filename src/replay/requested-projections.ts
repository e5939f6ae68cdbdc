// What the flags of `replay` ask for, as projections made with their prices.
import type { Projection } from '../../projections/contract.ts';
import { createCost } from '../../projections/cost/projection.ts';
import { createCostComparison } from '../../projections/cost-comparison/projection.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { createProjection, PROJECTION_NAMES } from '../../projections/projection-list.ts';
import { PflowError } from '../errors.ts';
import { nearestName } from '../values/nearest.ts';
import type { ReplayOptions } from '../cli/replay/command.ts';
import { loadPricing } from '../home/pricing.ts';

export interface RequestedProjections {
  /** Those that were asked for, and behind them what else has to be folded. */
  readonly folded: readonly Projection<unknown, unknown>[];
  /** How many of `watched` were asked for. */
  readonly requestedCount: number;
  /** Those of `watched` that know what is left open by the prices, one for each price list; none where no result holds money. */
  readonly gapSources: readonly number[];
}

/** Their results hold no money, so nothing is to be said of prices. */
const WITHOUT_MONEY: ReadonlySet<string> = new Set(['store', 'warnings', 'answers', 'partners']);

export function requestedProjections(flags: ReplayOptions): RequestedProjections {
  const { projections, pricings } = askedFor(flags);
  const asked = projections.length;
  // What a bill leaves open is said with every result that holds money, whichever it is.
  const billed = flags.unknownModel === 'error' || projections.some(({ name }) => !WITHOUT_MONEY.has(name));
  if (!billed) return { folded: projections, requestedCount: asked, gapSources: [] };
  const own = projections.findIndex((projection) => projection.gaps !== undefined);
  if (own >= 0) return { folded: projections, requestedCount: asked, gapSources: [own] };
  const bills = pricings.map((pricing) => createCost({ pricing }));
  return {
    folded: [...projections, ...bills],
    requestedCount: asked,
    gapSources: bills.map((_bill, index) => asked + index),
  };
}

/** One price list for each set of projections; two only where they are compared. */
interface AskedFor {
  readonly projections: readonly Projection<unknown, unknown>[];
  readonly pricings: readonly Pricing[];
}

function askedFor(flags: ReplayOptions): AskedFor {
  const { project, pricing: files } = flags;
  if (project.length === 0) throw noProjection();
  if (files.length > 1) return comparison(flags);
  const pricing = pricingOf(flags, files);
  return { projections: project.map((name) => projectionOf(name, flags, pricing)), pricings: [pricing] };
}

function comparison(flags: ReplayOptions): AskedFor {
  const [old, changed, ...more] = flags.pricing;
  const alone = flags.project.length === 1 && flags.project[0] === 'cost' && flags.explain !== true;
  if (old === undefined || changed === undefined || more.length > 0 || !alone) {
    throw new PflowError(
      'USAGE',
      `${String(flags.pricing.length)} price files do not fit what is asked for`,
      {
        details: ['two price files are compared, by --project cost alone and without --explain'],
        hint: 'Such as: pflow replay run.ndjson --project cost --pricing old.json --pricing new.json',
      },
    );
  }
  const before = pricingOf(flags, [old]);
  const after = pricingOf(flags, [changed]);
  return { projections: [createCostComparison({ before, after })], pricings: [before, after] };
}

function pricingOf({ asOf, asModel, unknownModel }: ReplayOptions, files: readonly string[]): Pricing {
  return loadPricing({ files, asOf, asModel, unknownModel });
}

function projectionOf(name: string, flags: ReplayOptions, pricing: Pricing): Projection<unknown, unknown> {
  const { explain, maxChars } = flags;
  const found = createProjection(name, {
    pricing,
    ...(explain === undefined ? {} : { explain }),
    ...(maxChars === undefined ? {} : { maxChars }),
  });
  if (found !== undefined) return found;
  const near = nearestName(name, PROJECTION_NAMES);
  throw new PflowError('PROJECTION_UNKNOWN', `there is no projection "${name}"`, {
    details: [`there is: ${PROJECTION_NAMES.join(', ')}`],
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}

function noProjection(): PflowError {
  return new PflowError('USAGE', '--project is missing', {
    details: [`there is: ${PROJECTION_NAMES.join(', ')}`],
    hint: 'Such as: pflow replay run.ndjson --project metrics',
  });
}
