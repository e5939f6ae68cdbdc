// Finds what a planned workflow must not do, although a workflow file may. It must not ignore an input that was
// given by name, or set its own cost limit.
import { checkSchema } from '../workflow/check-schema.ts';
import type { Problem } from '../workflow/problem.ts';
import type { Workflow } from '../workflow/schema.ts';
import type { PlanningTask } from './planning-task.ts';
import type { Ir } from '../workflow/ir.ts';

export function plannerProblems(ir: Ir, { given }: Pick<PlanningTask, 'given'>): readonly Problem[] {
  const { workflow } = checkSchema(ir);
  return workflow === undefined ? [] : [...unknownInputs(workflow, given), ...ownLimit(workflow)];
}

function unknownInputs({ inputs = {} }: Workflow, given: PlanningTask['given']): Problem[] {
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(inputs, name))
    .map((name) => ({
      path: 'inputs',
      message: `the value of ${JSON.stringify(name)} was given by name, and there is no such input`,
      suggestion: `declare the input ${JSON.stringify(name)} and use it`,
    }));
}

/** Only the user who pays may limit the cost. */
function ownLimit({ max_cost_usd }: Workflow): Problem[] {
  return max_cost_usd === undefined
    ? []
    : [{ path: 'max_cost_usd', message: 'is not for the planner to set' }];
}
