// Decides whether a plan may run. The models that it names need keys. Effects that cannot be undone must be
// confirmed, by a person who has seen them or by --yes.
import { PflowError } from '../../errors.ts';
import { requireKey } from '../../models/credentials.ts';
import { parseModelName } from '../../models/model-name.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import { modelNamesOf } from '../../run/model-client.ts';
import { registerSecrets } from '../../run/register-secrets.ts';
import { findRisks, type Risk } from '../../workflow/risks.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Session } from '../run/session.ts';
import { confirmAction } from '../terminal/confirm.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { planText } from './plan-text.ts';
import type { Planning } from './prepare-planning.ts';

export interface ApprovalContext {
  readonly planning: Planning;
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly session: Pick<Session, 'signal' | 'progress'>;
}

/** Throws MODEL_KEY_MISSING, MODEL_UNKNOWN or PLAN_UNCONFIRMED; nothing of the plan has run then. */
export async function approvePlan(plan: ReadyPlan, context: ApprovalContext): Promise<void> {
  const { planning, flags, terminal, session } = context;
  const { redactor, request } = planning;
  registerSecrets(redactor, plan);
  requireKeys(plan, context);
  const risks = findRisks(plan.workflow, {
    registry: request.registry,
    privateInputs: privateInputsOf(plan),
  });
  if (flags.yes === true || !needsConfirmation(plan, risks)) return;
  const lines = planText(plan, risks).map((line) => redactor.redact(line));
  if (!terminal.canPrompt) throw unconfirmedError('it was not confirmed', lines);
  const { progress, signal } = session;
  const confirm = (): Promise<boolean> => confirmAction({ lines, prompt: 'Run this?' }, terminal, signal);
  if (!(await (progress === undefined ? confirm() : progress.pauseWhile(confirm)))) {
    throw unconfirmedError('the answer was no', []);
  }
}

/**
 * Requires confirmation of effects and of values from the environment, which may be keys. A person has read a saved
 * workflow before, but not the values that a sentence puts into its inputs: with such values it counts as new.
 */
function needsConfirmation(plan: ReadyPlan, risks: readonly Risk[]): boolean {
  if (plan.status === 'generated') return risks.length > 0 || fromEnvironment(plan).length > 0;
  return risks.length > 0 && plan.fromSentence.length > 0;
}

function privateInputsOf(plan: ReadyPlan): ReadonlySet<string> {
  return new Set([...plan.inputs.secrets, ...fromEnvironment(plan)]);
}

function fromEnvironment({ inputs: { origins } }: ReadyPlan): readonly string[] {
  return Object.keys(origins).filter((name) => origins[name] === 'environment');
}

function requireKeys(
  { workflow, inputs }: ReadyPlan,
  { planning: { request, settings }, flags }: ApprovalContext,
): void {
  const { defaultModel, env } = request;
  const isRecorded = flags.answers !== undefined && flags.onMiss === 'error';
  for (const name of modelNamesOf({ workflow, inputs, defaultModel }) ?? []) {
    const model = parseModelName(name, settings.providers ?? {});
    if (!isRecorded) requireKey(model, env);
  }
}

function unconfirmedError(why: string, lines: readonly string[]): PflowError {
  return new PflowError('PLAN_UNCONFIRMED', `what was planned did not run: ${why}`, {
    details: lines,
    hint: 'Read it, and run it with --yes.',
  });
}
