// Prepares the values with which the workflow runs, in the types that it declares.
import type { Action } from '../../flow/context.ts';
import { PflowError } from '../../errors.ts';
import type { PreparedInputs } from '../../workflow/prepare-inputs.ts';
import { inputsOf } from '../describe-inputs.ts';
import { PlannerNode } from '../planner-node.ts';
import { prepareValues, type Inputs } from '../prepare-values.ts';
import type { PlanningTask } from '../planning-task.ts';
import type { PlanningStore } from '../planning-store.ts';

interface Prepared {
  readonly inputs: Inputs;
  readonly mapped: Readonly<Record<string, string>>;
}

export class ParameterPreparation extends PlannerNode<Prepared, PreparedInputs> {
  constructor(task: PlanningTask) {
    super('parameter-preparation', 'ParameterPreparation', task);
  }

  override prep({ found, draft = {}, mapped = {} }: PlanningStore): Prepared {
    return { inputs: inputsOf(found?.ir ?? draft), mapped };
  }

  override exec({ inputs, mapped }: Prepared): PreparedInputs {
    const prepared = prepareValues(inputs, mapped, this.task);
    if (prepared instanceof PflowError) throw prepared;
    return prepared;
  }

  override post(store: PlanningStore, _prepared: Prepared, prepared: PreparedInputs): Action {
    store.prepared = prepared;
    return 'default';
  }
}
