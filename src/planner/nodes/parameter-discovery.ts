// Finds the values that the sentence names. They become inputs of the workflow, so that it can be reused.
import type { Action } from '../../flow/context.ts';
import { parametersAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData } from '../as-data.ts';
import { describeGiven } from '../describe-given.ts';
import { PlannerNode } from '../planner-node.ts';
import type { PlannerContext, PlanningTask } from '../planning-task.ts';
import type { FoundParameter, PlanningStore } from '../planning-store.ts';

export class ParameterDiscovery extends PlannerNode<undefined, readonly FoundParameter[]> {
  constructor(task: PlanningTask) {
    super('parameter-discovery', 'ParameterDiscovery', task);
  }

  override prep(): undefined {
    return undefined;
  }

  override async exec(_prepared: undefined, context: PlannerContext): Promise<readonly FoundParameter[]> {
    const { model, request } = this.task;
    const values = { facts: describeGiven(this.task), request: asData(request) };
    const answer = await callModel(
      { model, prompt: 'parameter-discovery', values, answer: parametersAnswer },
      context,
    );
    return answer.parameters;
  }

  override post(store: PlanningStore, _prepared: undefined, parameters: readonly FoundParameter[]): Action {
    store.parameters = parameters;
    return 'default';
  }
}
