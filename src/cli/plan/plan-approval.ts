// Whether a plan may run: the models that it names must have keys, and what cannot be taken back must be confirmed by a
// person who has seen it, or by --yes.
import { PflowError } from '../../errors.ts';
import { registerSecrets } from '../../run/register-secrets.ts';
import { requireKey } from '../../models/credentials.ts';
import { parseModelName } from '../../models/model-name.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import { risksOf, type Risk } from '../../workflow/risks.ts';
import type { RunOptions } from '../run/run-options.ts';
import { modelNamesOf } from '../run/model-client.ts';
import type { Progress } from '../run/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { confirmed } from '../terminal/confirm.ts';
import { planText } from './plan-text.ts';
import type { Planning } from './prepare-planning.ts';

export interface ApprovalContext {
  readonly planning: Planning;
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}

/** Throws MODEL_KEY_MISSING, MODEL_UNKNOWN or PLAN_UNCONFIRMED; nothing of the plan has run then. */
export async function approvePlan(plan: ReadyPlan, admission: ApprovalContext): Promise<void> {
  const { planning, flags, terminal, signal, progress } = admission;
  const { workflow, inputs } = plan;
  registerSecrets(planning.redactor, workflow, inputs.values, inputs.secrets);
  requireKeys(plan, admission);
  const risks = risksOf(workflow, { registry: planning.registry, privateInputs: privateInputsOf(plan) });
  if (flags.yes === true || !needsConfirmation(plan, risks)) return;
  const lines = planText(plan, risks).map((line) => planning.redactor.text(line));
  if (!terminal.canAsk) throw unconfirmed('it was not confirmed', lines);
  const ask = (): Promise<boolean> => confirmed({ lines, question: 'Run this?' }, terminal, signal);
  if (!(await (progress === undefined ? ask() : progress.hold(ask)))) {
    throw unconfirmed('the answer was no', []);
  }
}

/**
 * A saved workflow was read by whoever saved it. What a sentence puts into its inputs was not, so it counts as new as
 * soon as a value comes out of the sentence. A new one that reaches for the environment may be after a key.
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

function requireKeys({ workflow, inputs }: ReadyPlan, { planning, flags }: ApprovalContext): void {
  const { defaultModel, settings, env } = planning;
  const names = modelNamesOf({ workflow, inputs: inputs.values, defaultModel }) ?? [];
  for (const name of names) {
    const model = parseModelName(name, settings.providers ?? {});
    if (flags.answers === undefined || flags.onMiss === 'live') requireKey(model, env);
  }
}

function unconfirmed(why: string, lines: readonly string[]): PflowError {
  return new PflowError('PLAN_UNCONFIRMED', `what was planned did not run: ${why}`, {
    details: lines,
    hint: 'Read it, and run it with --yes.',
  });
}
