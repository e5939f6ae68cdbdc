// Plans a workflow from a sentence. Throws what a provider does wrong; a sentence that leads to no workflow is a failed
// plan.
import type { PlannerContext, PlanningTask } from './planning-task.ts';
import type { PlanningStore } from './planning-store.ts';
import type { Plan } from './plan.ts';
import { createPlannerFlow, type PlannerFlowOptions } from './planner-flow.ts';

/**
 * Plans a workflow for a sentence; runs nothing. A sentence that leads to no workflow resolves to a failed plan; a
 * model that cannot be called rejects with a PflowError `MODEL_…`.
 */
export async function planWorkflow(
  task: PlanningTask,
  context: PlannerContext,
  options: PlannerFlowOptions = {},
): Promise<Plan> {
  const store: PlanningStore = {};
  await createPlannerFlow(task, options).run(store, context);
  if (store.plan === undefined) throw new Error('the planner ended without a result');
  return store.plan;
}
