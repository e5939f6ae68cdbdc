// Lists all projections by name, and creates them.
import { answers } from './answers/projection.ts';
import type { Projection } from './contract.ts';
import { createCost } from './cost/projection.ts';
import { createMetrics } from './metrics/projection.ts';
import { failure } from './failure/projection.ts';
import { partners } from './partners/projection.ts';
import { createPlannerTrace } from './planner-trace/projection.ts';
import { createRuns } from './runs/projection.ts';
import { createTimeline } from './timeline/projection.ts';
import type { Pricing } from './pricing/create-pricing.ts';
import { createSpend } from './spend/projection.ts';
import { createSteps } from './steps/projection.ts';
import { store } from './store/projection.ts';
import { createSummary } from './summary/projection.ts';
import { createTrace } from './trace/projection.ts';
import { warnings } from './warnings/projection.ts';

/** Options of projections by name. Those that show no cost ignore `pricing`. */
export interface ProjectionOptions {
  readonly pricing: Pricing;
  /** For `cost`: adds one line for each call. */
  readonly explain?: boolean;
  /** For `trace` and `planner-trace`: truncates longer strings. */
  readonly maxChars?: number;
}

type Create = (options: ProjectionOptions) => Projection<unknown, unknown>;

const CREATORS: ReadonlyMap<string, Create> = new Map<string, Create>([
  ['metrics', createMetrics],
  ['cost', createCost],
  ['spend', createSpend],
  ['trace', createTrace],
  ['planner-trace', createPlannerTrace],
  ['steps', createSteps],
  ['timeline', createTimeline],
  ['failure', () => failure],
  ['runs', createRuns],
  ['store', () => store],
  ['summary', createSummary],
  ['warnings', () => warnings],
  ['answers', () => answers],
  ['partners', () => partners],
]);

/** In the order in which help texts list them. */
export const PROJECTION_NAMES: readonly string[] = [...CREATORS.keys()];

/** Undefined for an unknown name. */
export function createProjection(
  name: string,
  options: ProjectionOptions,
): Projection<unknown, unknown> | undefined {
  return CREATORS.get(name)?.(options);
}

/** Creates all projections, in the order of `PROJECTION_NAMES`. */
export function createProjections(options: ProjectionOptions): Projection<unknown, unknown>[] {
  return [...CREATORS.values()].map((create) => create(options));
}
