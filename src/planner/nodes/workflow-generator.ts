// Builds a workflow, and corrects it when the validator found problems in the last one.
import type { Action } from '../../flow/context.ts';
import { headOf } from '../../values/cut-text.ts';
import { generatedAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData, escapeTags } from '../as-data.ts';
import { typeDetails } from '../describe-types.ts';
import { describeGiven } from '../describe-given.ts';
import { PlannerNode } from '../planner-node.ts';
import type { PlannerContext, PlanningTask, TypeFacts } from '../planning-task.ts';
import type { Attempt } from '../plan.ts';
import type { PlanningStore } from '../planning-store.ts';
import type { Ir } from '../../workflow/ir.ts';

interface Prepared {
  readonly store: Pick<PlanningStore, 'parameters'>;
  readonly components: readonly TypeFacts[];
  readonly last: Attempt | undefined;
}

const MOST_PROBLEMS = 20;
const LONGEST_PROBLEM = 600;
/** In characters; a longer attempt is not sent back. */
const LONGEST_ATTEMPT = 8_000;

export class WorkflowGenerator extends PlannerNode<Prepared, Ir> {
  constructor(task: PlanningTask) {
    super('workflow-generator', 'WorkflowGenerator', task);
  }

  override prep({ components = [], parameters = [], attempts = [] }: PlanningStore): Prepared {
    const types = components.flatMap((name) => this.task.registry.get(name) ?? []);
    return { store: { parameters }, components: types, last: attempts.at(-1) };
  }

  override exec({ store, components, last }: Prepared, context: PlannerContext): Promise<Ir> {
    const { model, request } = this.task;
    const values = {
      types: typeDetails(components),
      parameters: (store.parameters ?? []).map(asData).join('\n') || 'none',
      facts: describeGiven(this.task),
      request: asData(request),
      last_attempt: last === undefined ? 'This is the first attempt.' : lastAttempt(last),
    };
    return callModel({ model, prompt: 'workflow-generator', values, answer: generatedAnswer }, context);
  }

  override post(store: PlanningStore, _prepared: Prepared, draft: Ir): Action {
    store.draft = draft;
    return 'validate';
  }
}

/** The problems of the validator, word for word. */
function lastAttempt({ ir, problems }: Attempt): string {
  const text = asData(ir);
  const shown = problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => `- ${escapeTags(headOf(problem, LONGEST_PROBLEM))}`);
  const more = problems.length - shown.length;
  return [
    'Your last workflow was:',
    text.length > LONGEST_ATTEMPT ? 'too long to be repeated here' : `<workflow>${text}</workflow>`,
    'It cannot run. These are the problems that were found; solve each, and change nothing else:',
    ...shown,
    ...(more > 0 ? [`- and ${String(more)} more`] : []),
  ].join('\n');
}
