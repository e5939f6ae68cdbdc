// Keeps a plan that did not run, so that nobody has to pay for it again: beside the traces, and named in the error.
import { PflowError } from '../../errors.ts';
import type { Plan } from '../../planner/plan.ts';
import type { PlannedOutcome } from '../../run/run-request.ts';
import { checkSchema } from '../../workflow/check-schema.ts';
import { homeFolder } from '../../home/paths.ts';
import { saveTrace } from '../../home/trace-file.ts';

const WAY_OUT: Readonly<Record<string, (path: string, call: string) => string>> = {
  PLAN_INVALID: (path) =>
    `The best attempt is in ${path}: mend it there, or say the request in smaller steps.`,
  PLAN_UNCONFIRMED: (_path, call) => `Read it and run again with --yes, or run what was planned: ${call}`,
  INPUT_MISSING: (_path, call) => `Say it in the sentence or as key=value, or run what was planned: ${call}`,
  INPUT_INVALID: (_path, call) => `Give it as key=value, or run what was planned: ${call}`,
};

/** A saved workflow is kept already. */
export function saveUnrunPlan(outcome: PlannedOutcome): PlannedOutcome {
  const { plan, error, hasRun } = outcome;
  const wayOut = error === undefined ? undefined : WAY_OUT[error.code];
  if (hasRun || plan === undefined || error === undefined || wayOut === undefined) return outcome;
  const place = placeOf(plan);
  if (place === undefined) return outcome;
  const { code, message, details, path } = error;
  const facts = { details, cause: error, ...(path === undefined ? {} : { path }) };
  const hint = wayOut(place, callOf(place, plan));
  return { ...outcome, error: new PflowError(code, message, { ...facts, hint }) };
}

/** With the inputs that have no value of their own. */
function callOf(place: string, plan: Plan): string {
  const ir = plan.status === 'failed' ? (plan.best?.ir ?? {}) : plan.ir;
  const inputs = Object.entries(checkSchema(ir).workflow?.inputs ?? {});
  const wanted = inputs.filter(([, spec]) => spec.default === undefined && spec.required !== false);
  return ['pflow run', place, ...wanted.map(([name]) => `${name}=…`)].join(' ');
}

/** What is to be given to `pflow run`. Undefined where nothing could be kept: the plan itself is shown all the same. */
function placeOf(plan: Plan): string | undefined {
  if (plan.status === 'reused') return plan.name;
  if (plan.status === 'failed' && plan.saved !== undefined) return plan.saved;
  const ir = plan.status === 'failed' ? plan.best?.ir : plan.ir;
  if (ir === undefined) return undefined;
  try {
    return saveTrace(homeFolder(process.env), 'pflow-plan', Date.now(), ir);
  } catch (error) {
    if (error instanceof PflowError) return undefined;
    throw error;
  }
}
