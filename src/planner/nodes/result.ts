// Puts the plan together from what the other nodes left in the store.
import type { Action } from '../../flow/context.ts';
import { PflowError } from '../../errors.ts';
import { assertValid } from '../../workflow/validate.ts';
import { completeIr } from '../complete-ir.ts';
import { knownTypes } from '../known-types.ts';
import { planName } from '../plan-name.ts';
import { PlannerNode } from '../planner-node.ts';
import type { PlanningTask } from '../planning-task.ts';
import type { Attempt, Plan } from '../plan.ts';
import type { Metadata, PlanningStore } from '../planning-store.ts';
import { present } from '../../values/present.ts';

export class Result extends PlannerNode<PlanningStore, Plan> {
  constructor(task: PlanningTask) {
    super('result', 'Result', task);
  }

  override prep(store: PlanningStore): PlanningStore {
    return store;
  }

  override async exec(store: PlanningStore): Promise<Plan> {
    const { found, draft = {}, unprepared, prepared, mapped = {}, attempts = [] } = store;
    const metadata = store.metadata ?? this.defaultMetadata();
    const ir = found === undefined ? completeIr(draft, metadata, this.task) : found.ir;
    if (unprepared !== undefined) {
      const best = { ir, problems: [] };
      return { status: 'failed', error: unprepared, best, ...present({ saved: found?.name }) };
    }
    if (prepared === undefined) return failed(attempts);
    const workflow = assertValid(ir, await knownTypes(ir, this.task, found?.name));
    const ready = { ir, workflow, inputs: prepared, fromSentence: Object.keys(mapped) };
    return found === undefined
      ? { status: 'generated', name: metadata.name, keywords: metadata.keywords, ...ready }
      : { status: 'reused', name: found.name, keywords: found.keywords ?? [], ...ready };
  }

  override post(store: PlanningStore, _store: PlanningStore, plan: Plan): Action {
    store.plan = plan;
    return 'default';
  }

  private defaultMetadata(): Metadata {
    return { name: planName(this.task.request) ?? 'planned-workflow', keywords: [] };
  }
}

/** Shows the attempt with the fewest problems, and of several the latest. */
function failed(attempts: readonly Attempt[]): Plan {
  const best = attempts.reduce<Attempt | undefined>(
    (fewest, one) => (fewest === undefined || one.problems.length <= fewest.problems.length ? one : fewest),
    undefined,
  );
  const rounds = attempts.length === 1 ? 'one attempt' : `${String(attempts.length)} attempts`;
  const error = new PflowError('PLAN_INVALID', `no valid workflow after ${rounds}`, {
    details: best?.problems ?? [],
    hint: 'Make the request more precise, split it into smaller steps, or plan with another model: --model NAME.',
  });
  return { status: 'failed', error, ...present({ best }) };
}
