// Saves plans, so that they need not be paid for again. A plan is saved under the name that `--save` gives. One that
// did not run is saved beside the traces and named in the error.
import { existsSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { homeFolder, savedWorkflowPath } from '../../home/paths.ts';
import { saveWorkflow } from '../../home/saved-workflows/save-workflow.ts';
import { requireSavedName } from '../../home/saved-workflows/saved-name.ts';
import { writeTraceFile } from '../../home/trace-file.ts';
import type { Plan, ReadyPlan } from '../../planner/plan.ts';
import type { RunOutcome, RunRequest } from '../../run/run-request.ts';
import { checkSchema } from '../../workflow/check-schema.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Environment = RunRequest['env'];

/** Called before anything is paid. Throws USAGE or WORKFLOW_EXISTS. */
export function requireUnusedName(name: string, env: Environment): void {
  requireSavedName(name);
  if (!existsSync(savedWorkflowPath(homeFolder(env), name))) return;
  throw new PflowError('WORKFLOW_EXISTS', `there is a saved workflow "${name}" already`, {
    hint: 'Save it under another name, or delete that one first.',
  });
}

/** Returns the line that reports it. */
export function savePlan(name: string, { ir, keywords }: ReadyPlan, env: Environment): string {
  const { path } = saveWorkflow(homeFolder(env), name, ir, { keywords });
  return `saved  ${path}\n`;
}

/** `pflow plan --save`: a plan that cannot be saved is still printed. */
export function trySavePlan(
  { plan }: RunOutcome,
  { save }: RunOptions,
  terminal: Terminal,
): readonly PflowError[] {
  if (save === undefined || plan === undefined || plan.status === 'failed') return [];
  try {
    terminal.err(savePlan(save, plan, process.env));
    return [];
  } catch (error) {
    if (error instanceof PflowError) return [error];
    throw error;
  }
}

const HINTS: Readonly<Record<string, (target: string, command: string) => string>> = {
  PLAN_INVALID: (target) =>
    `The best attempt is in ${target}: correct it there, or split the request into smaller steps.`,
  PLAN_UNCONFIRMED: (_target, command) =>
    `Read it and run again with --yes, or run what was planned: ${command}`,
  INPUT_MISSING: (_target, command) =>
    `Add it to the sentence or as key=value, or run what was planned: ${command}`,
  INPUT_INVALID: (_target, command) => `Give it as key=value, or run what was planned: ${command}`,
};

/** Adds to the error how the plan can be run after all. A plan that is a saved workflow is not saved again. */
export function saveUnrunPlan(outcome: RunOutcome): RunOutcome {
  const { plan, error, executed } = outcome;
  const hintFor = error === undefined ? undefined : HINTS[error.code];
  if (executed !== undefined || plan === undefined || error === undefined || hintFor === undefined)
    return outcome;
  const target = targetOf(plan);
  if (target === undefined) return outcome;
  return { ...outcome, error: error.with({ hint: hintFor(target, commandFor(target, plan)) }) };
}

/** With the inputs that have no value of their own. */
function commandFor(target: string, plan: Plan): string {
  const ir = plan.status === 'failed' ? (plan.best?.ir ?? {}) : plan.ir;
  const inputs = Object.entries(checkSchema(ir).workflow?.inputs ?? {});
  const required = inputs.filter(([, spec]) => spec.default === undefined && spec.required !== false);
  return ['pflow run', target, ...required.map(([name]) => `${name}=…`)].join(' ');
}

/** The argument for `pflow run`. Undefined when nothing could be saved: the report still shows the plan itself. */
function targetOf(plan: Plan): string | undefined {
  if (plan.status === 'reused') return plan.name;
  if (plan.status === 'failed' && plan.saved !== undefined) return plan.saved;
  const ir = plan.status === 'failed' ? plan.best?.ir : plan.ir;
  if (ir === undefined) return undefined;
  try {
    return writeTraceFile(homeFolder(process.env), 'pflow-plan', Date.now(), ir);
  } catch (error) {
    if (error instanceof PflowError) return undefined;
    throw error;
  }
}
