// Finds a saved workflow that fulfils the request. Makes no call when no workflow is saved.
import type * as z from 'zod';
import type { Action } from '../../flow/context.ts';
import { validateWorkflow } from '../../workflow/validate.ts';
import { discoveryAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData } from '../as-data.ts';
import { inputsOf } from '../describe-inputs.ts';
import { knownTypes } from '../known-types.ts';
import { PlannerNode } from '../planner-node.ts';
import type { PlannerContext, PlanningTask, ReusableWorkflow } from '../planning-task.ts';
import type { PlanningStore } from '../planning-store.ts';
import { present } from '../../values/present.ts';

type Answer = z.output<typeof discoveryAnswer>;

export class WorkflowDiscovery extends PlannerNode<readonly ReusableWorkflow[], Answer | undefined> {
  constructor(task: PlanningTask) {
    super('workflow-discovery', 'WorkflowDiscovery', task);
  }

  /** Skips saved workflows that are not valid. */
  override async prep(): Promise<readonly ReusableWorkflow[]> {
    const usable: ReusableWorkflow[] = [];
    for (const saved of this.task.saved) {
      const known = await knownTypes(saved.ir, this.task, saved.name);
      if (validateWorkflow(saved.ir, known).length === 0) usable.push(saved);
    }
    return usable;
  }

  override exec(usable: readonly ReusableWorkflow[], context: PlannerContext): Promise<Answer> | undefined {
    if (usable.length === 0) return undefined;
    const { model, request } = this.task;
    const values = { workflows: usable.map(savedLine).join('\n'), request: asData(request) };
    return callModel({ model, prompt: 'workflow-discovery', values, answer: discoveryAnswer }, context);
  }

  override post(
    store: PlanningStore,
    usable: readonly ReusableWorkflow[],
    answer: Answer | undefined,
  ): Action {
    const found =
      answer?.found === true ? usable.find(({ name }) => name === answer.workflow_name) : undefined;
    if (found === undefined) return 'not_found';
    store.found = found;
    return 'found_existing';
  }
}

/** Leaves out the values of defaults: only what the workflow does and needs matters here. */
function savedLine({ name, description, keywords = [], ir }: ReusableWorkflow): string {
  const inputs = Object.entries(inputsOf(ir)).map(([key, { description: about }]) =>
    about === undefined ? key : `${key}: ${about}`,
  );
  const types = ((ir['nodes'] ?? []) as readonly { readonly type?: unknown }[]).map(({ type }) => type);
  return asData({
    name,
    ...present({ description }),
    ...(keywords.length === 0 ? {} : { keywords }),
    steps: types,
    inputs,
  });
}
