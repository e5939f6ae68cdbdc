// Checks whether the planned workflow can run. Applies the rules for every workflow file and those for planned
// workflows. Makes no model call.
import type { Action } from '../../flow/context.ts';
import { PflowError } from '../../errors.ts';
import { checkSchema } from '../../workflow/check-schema.ts';
import { formatProblem } from '../../workflow/problem.ts';
import { validateWorkflow } from '../../workflow/validate.ts';
import { knownTypes } from '../known-types.ts';
import { PlannerNode } from '../planner-node.ts';
import { plannerProblems } from '../planner-problems.ts';
import { prepareValues } from '../prepare-values.ts';
import type { PlanningTask } from '../planning-task.ts';
import type { PlanningStore } from '../planning-store.ts';
import type { Ir } from '../../workflow/ir.ts';

const MOST_ROUNDS = 3;

export class Validator extends PlannerNode<Ir, readonly string[]> {
  constructor(task: PlanningTask) {
    super('validator', 'Validator', task);
  }

  override prep({ draft = {} }: PlanningStore): Ir {
    return draft;
  }

  override async exec(ir: Ir): Promise<readonly string[]> {
    const known = await knownTypes(ir, this.task);
    return [...validateWorkflow(ir, known), ...plannerProblems(ir, this.task)].map(formatProblem);
  }

  override post(store: PlanningStore, ir: Ir, problems: readonly string[]): Action {
    const attempts = [...(store.attempts ?? []), { ir, problems }];
    store.attempts = attempts;
    const { workflow } = checkSchema(ir);
    if (problems.length > 0 || workflow === undefined)
      return attempts.length < MOST_ROUNDS ? 'retry' : 'failed';
    store.workflow = workflow;
    const prepared = prepareValues(workflow.inputs ?? {}, store.mapped ?? {}, this.task);
    if (!(prepared instanceof PflowError)) return 'metadata_generation';
    store.unprepared = prepared;
    return 'params_incomplete';
  }
}
