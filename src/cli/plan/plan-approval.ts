// Decides whether a plan may run. The models that it names need keys. Effects that cannot be undone must be
// confirmed, by a person who has seen them or by --yes.
import { PflowError } from '../../errors.ts';
import { providerKeyVariables, requireKey } from '../../models/credentials.ts';
import { parseModelName, type CustomProviders } from '../../models/model-name.ts';
import { isSecretName } from '../../log/secrets/secret-names.ts';
import type { Redactor } from '../../log/secrets/redaction.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import { withSettingsEnv } from '../../home/settings-env.ts';
import { modelNamesOf } from '../../run/model-client.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { registerSecrets } from '../../run/register-secrets.ts';
import { findRisks, type Risk } from '../../workflow/risks.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Session } from '../run/session.ts';
import { confirmAction } from '../terminal/confirm.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { planText } from './plan-text.ts';
import type { Planning } from './prepare-planning.ts';
import { isPrivatePath } from './private-path.ts';

export interface ApprovalContext {
  readonly planning: Planning;
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly session: Pick<Session, 'signal' | 'progress'>;
}

/** Throws MODEL_KEY_MISSING, MODEL_UNKNOWN or PLAN_UNCONFIRMED; nothing of the plan has run then. */
export async function approvePlan(plan: ReadyPlan, context: ApprovalContext): Promise<void> {
  const nested = await context.planning.request.readNested?.(
    plan.ir,
    plan.status === 'reused' ? plan.name : undefined,
  );
  const { planning, flags, terminal, session } = context;
  const { redactor, request } = planning;
  registerSecrets(redactor, plan);
  requireKeys({ ...plan, ...present({ nested }) }, context);
  const { registry, env, cwd } = request;
  const risks = findRisks(plan.workflow, {
    registry,
    privateInputs: privateInputsOf(plan, redactor),
    inputs: plan.inputs.values,
    ...present({ children: nested?.children }),
    isPrivatePath: (path) => isPrivatePath(path, { cwd, env }),
  });
  if (flags.yes === true || !needsConfirmation(plan, risks)) return;
  const readable = describeReadable(env, plan, planning.settings.providers);
  const lines = planText(plan, risks, { readable, ...present({ children: nested?.children }) }).map((line) =>
    redactor.redact(line),
  );
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

/** Finds inputs that are secret, and those from a pipe or from the environment. */
function privateInputsOf(plan: ReadyPlan, redactor: Redactor): ReadonlySet<string> {
  const { values, origins, secrets } = plan.inputs;
  const isPrivate = (name: string): boolean =>
    origins[name] === 'stdin' || isSecretName(name) || holdsSecret(values[name], redactor);
  return new Set([...secrets, ...fromEnvironment(plan), ...Object.keys(values).filter(isPrivate)]);
}

function holdsSecret(value: unknown, redactor: Redactor): boolean {
  if (typeof value === 'string') return redactor.redact(value) !== value;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => isSecretName(name) || holdsSecret(member, redactor));
}

/** Names the variables that look secret. New workflows do not get the keys of providers. */
function describeReadable(
  env: ApprovalContext['planning']['request']['env'],
  { status }: ReadyPlan,
  providers: CustomProviders | undefined,
): string {
  const hidden = status === 'generated' ? providerKeyVariables(providers) : new Set<string>();
  const readable = Object.keys(env).filter((name) => env[name] !== undefined && !hidden.has(name));
  const secret = readable.filter(isSecretName).sort();
  const named = secret.length === 0 ? 'no variable has a secret name' : `secret names: ${secret.join(', ')}`;
  const kept = status === 'generated' ? ' but not the keys of model providers' : '';
  return `commands can read the variables of your environment${kept}; ${named}`;
}

function fromEnvironment({ inputs: { origins } }: ReadyPlan): readonly string[] {
  return Object.keys(origins).filter((name) => ['environment', 'settings'].includes(origins[name] ?? ''));
}

function requireKeys(
  { workflow, inputs, nested }: Pick<RunRequest, 'workflow' | 'inputs' | 'nested'>,
  { planning: { request, settings }, flags }: ApprovalContext,
): void {
  const { defaultModel } = request;
  const env = withSettingsEnv(request.env, settings);
  const isRecorded = flags.answers !== undefined && flags.onMiss === 'error';
  for (const name of modelNamesOf({ workflow, inputs, defaultModel, env, ...present({ nested }) }) ?? []) {
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
