// What the flags of `replay` ask for, as projections made with their prices.
import type { Projection } from '../../../projections/contract.ts';
import { createCostComparison } from '../../../projections/cost-comparison.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { createProjection, PROJECTION_NAMES } from '../../../projections/projection-list.ts';
import { PflowError } from '../../errors.ts';
import { nearest } from '../../workflow/nearest.ts';
import type { ReplayFlags } from '../commands/replay.ts';
import { loadPricing } from '../load-pricing.ts';

/** One price list for each set of projections; two only where they are compared. */
export interface Wanted {
  readonly projections: readonly Projection<unknown, unknown>[];
  readonly pricings: readonly Pricing[];
}

export function wantedProjections(flags: ReplayFlags): Wanted {
  const { project, pricing: files } = flags;
  if (project.length === 0) throw noProjection();
  if (files.length > 1) return comparison(flags);
  const pricing = pricingOf(flags, files);
  return { projections: project.map((name) => projectionOf(name, flags, pricing)), pricings: [pricing] };
}

function comparison(flags: ReplayFlags): Wanted {
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

function pricingOf({ asOf, asModel, unknownModel }: ReplayFlags, files: readonly string[]): Pricing {
  return loadPricing({ files, asOf, asModel, unknownModel });
}

function projectionOf(name: string, flags: ReplayFlags, pricing: Pricing): Projection<unknown, unknown> {
  const { explain, maxChars } = flags;
  const found = createProjection(name, {
    pricing,
    ...(explain === undefined ? {} : { explain }),
    ...(maxChars === undefined ? {} : { maxChars }),
  });
  if (found !== undefined) return found;
  const near = nearest(name, PROJECTION_NAMES);
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
