// Chooses the node types that can fulfil the request. Drops names that do not exist.
import type { Action } from '../../flow/context.ts';
import { NodeFailure } from '../../flow/node-failure.ts';
import { browsingAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData } from '../as-data.ts';
import { typeSummaries } from '../describe-types.ts';
import { describeGiven } from '../describe-given.ts';
import { PlannerNode } from '../planner-node.ts';
import type { PlannerContext, PlanningTask } from '../planning-task.ts';
import type { PlanningStore } from '../planning-store.ts';

/** The details of more types would not fit into one prompt. */
const MOST_TYPES = 8;
/** Of a name in an error. */
const LONGEST_NAME = 60;

export class ComponentBrowsing extends PlannerNode<undefined, readonly string[]> {
  constructor(task: PlanningTask) {
    super('component-browsing', 'ComponentBrowsing', task);
  }

  override prep(): undefined {
    return undefined;
  }

  override async exec(_prepared: undefined, context: PlannerContext): Promise<readonly string[]> {
    const { model, request, registry } = this.task;
    const values = {
      types: typeSummaries(registry.values()),
      facts: describeGiven(this.task),
      request: asData(request),
    };
    const answer = await callModel(
      { model, prompt: 'component-browsing', values, answer: browsingAnswer },
      context,
    );
    const known = [...new Set(answer.types)].filter((type) => registry.has(type));
    if (known.length > 0) return known.slice(0, MOST_TYPES);
    const named = answer.types
      .slice(0, MOST_TYPES)
      .map((type) => JSON.stringify(type.slice(0, LONGEST_NAME)));
    throw new NodeFailure(`${model}: the answer names no node type that exists`, {
      code: 'MODEL_ANSWER_INVALID',
      details: [named.length === 0 ? 'it names no type' : `it names ${named.join(', ')}`],
      hint: 'Make the request more precise, or plan with another model: --model NAME.',
      retryable: true,
    });
  }

  override post(store: PlanningStore, _prepared: undefined, types: readonly string[]): Action {
    store.components = types;
    return 'generate';
  }
}
