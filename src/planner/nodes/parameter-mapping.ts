// Maps values of the sentence to the inputs of the workflow. Makes no call when no input needs a value, and never
// guesses a value that is missing.
import type { Action } from '../../flow/context.ts';
import { PflowError } from '../../errors.ts';
import { mappingAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData } from '../as-data.ts';
import { inputLines, inputsOf } from '../describe-inputs.ts';
import { PlannerNode } from '../planner-node.ts';
import { prepareValues, acceptedTexts, type Inputs } from '../prepare-values.ts';
import type { PlannerContext, PlanningTask } from '../planning-task.ts';
import type { PlanningStore } from '../planning-store.ts';

type Texts = Readonly<Record<string, string>>;

export class ParameterMapping extends PlannerNode<Inputs, Texts> {
  constructor(task: PlanningTask) {
    super('parameter-mapping', 'ParameterMapping', task);
  }

  override prep({ found, draft = {} }: PlanningStore): Inputs {
    return inputsOf(found?.ir ?? draft);
  }

  override async exec(inputs: Inputs, context: PlannerContext): Promise<Texts> {
    const { model, request, given } = this.task;
    const open = Object.fromEntries(Object.entries(inputs).filter(([name]) => !Object.hasOwn(given, name)));
    if (Object.keys(open).length === 0) return {};
    const values = { inputs: inputLines(open), request: asData(request) };
    const answer = await callModel(
      { model, prompt: 'parameter-mapping', values, answer: mappingAnswer },
      context,
    );
    return acceptedTexts(answer.values, inputs, this.task);
  }

  override post(store: PlanningStore, inputs: Inputs, mapped: Texts): Action {
    store.mapped = mapped;
    // A new workflow may have mistakes in its inputs: missing values are checked after validation.
    if (store.found === undefined) return 'params_complete_validate';
    const prepared = prepareValues(inputs, mapped, this.task);
    if (!(prepared instanceof PflowError)) return 'params_complete';
    store.unprepared = prepared;
    return 'params_incomplete';
  }
}
