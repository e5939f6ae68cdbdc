// Every projection there is, by name, and the way to make one.
import { answers } from './answers/projection.ts';
import type { Projection } from './contract.ts';
import { createCost } from './cost/projection.ts';
import { createMetrics } from './metrics/projection.ts';
import { partners } from './partners/projection.ts';
import { createPlannerTrace } from './planner-trace/projection.ts';
import type { Pricing } from './pricing/pricing.ts';
import { createSpend } from './spend/projection.ts';
import { createSteps } from './steps/projection.ts';
import { store } from './store/projection.ts';
import { createSummary } from './summary/projection.ts';
import { createTrace } from './trace/projection.ts';
import { warnings } from './warnings/projection.ts';

export interface ProjectionOptions {
  readonly pricing: Pricing;
  /** cost: one line for each call. */
  readonly explain?: boolean;
  /** trace: longer strings are cut. */
  readonly maxChars?: number;
}

type Make = (options: ProjectionOptions) => Projection<unknown, unknown>;

const MAKERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['metrics', createMetrics],
  ['cost', createCost],
  ['spend', createSpend],
  ['trace', createTrace],
  ['planner-trace', createPlannerTrace],
  ['steps', createSteps],
  ['store', () => store],
  ['summary', createSummary],
  ['warnings', () => warnings],
  ['answers', () => answers],
  ['partners', () => partners],
]);

/** In the order in which they are listed for people. */
export const PROJECTION_NAMES: readonly string[] = [...MAKERS.keys()];

/** Undefined when there is none of that name. */
export function createProjection(
  name: string,
  options: ProjectionOptions,
): Projection<unknown, unknown> | undefined {
  return MAKERS.get(name)?.(options);
}

export function createProjections(options: ProjectionOptions): Projection<unknown, unknown>[] {
  return [...MAKERS.values()].map((make) => make(options));
}
