// Loads projections one by one: a command reads only the code of those that it folds.
import type { Projection } from './contract.ts';
import type { ProjectionOptions } from './projection-list.ts';

type Load = (options: ProjectionOptions) => Promise<Projection<unknown, unknown>>;

const LOADERS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['metrics', async (options) => (await import('./metrics/projection.ts')).createMetrics(options)],
  ['cost', async (options) => (await import('./cost/projection.ts')).createCost(options)],
  ['spend', async (options) => (await import('./spend/projection.ts')).createSpend(options)],
  ['trace', async (options) => (await import('./trace/projection.ts')).createTrace(options)],
  [
    'planner-trace',
    async (options) => (await import('./planner-trace/projection.ts')).createPlannerTrace(options),
  ],
  ['steps', async (options) => (await import('./steps/projection.ts')).createSteps(options)],
  ['timeline', async (options) => (await import('./timeline/projection.ts')).createTimeline(options)],
  ['failure', async () => (await import('./failure/projection.ts')).failure],
  ['runs', async (options) => (await import('./runs/projection.ts')).createRuns(options)],
  ['store', async () => (await import('./store/projection.ts')).store],
  ['summary', async (options) => (await import('./summary/projection.ts')).createSummary(options)],
  ['warnings', async () => (await import('./warnings/projection.ts')).warnings],
  ['answers', async () => (await import('./answers/projection.ts')).answers],
  ['partners', async () => (await import('./partners/projection.ts')).partners],
]);

/** In the order in which help texts list them. */
export const LOADED_NAMES: readonly string[] = [...LOADERS.keys()];

/** Undefined for an unknown name. */
export async function loadProjection(
  name: string,
  options: ProjectionOptions,
): Promise<Projection<unknown, unknown> | undefined> {
  return LOADERS.get(name)?.(options);
}
