// Runs `pflow "SENTENCE"` and `pflow plan`: plans the sentence, then runs or prints the workflow. Goes from the words
// of the command line to the exit code.
import { systemLogHost } from '../../log/write/log-host.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { requireOutput } from '../../workflow/require-output.ts';
import type { RunOptions } from '../run/run-options.ts';
import { openSession } from '../run/session.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { approvePlan } from './plan-approval.ts';
import { preparePlanning, type SentenceOptions } from './prepare-planning.ts';
import { requireUnusedName, savePlan, trySavePlan, saveUnrunPlan } from './save-plan.ts';

export async function executeSentence(options: SentenceOptions, terminal: Terminal): Promise<number> {
  const { flags, dryRun } = options;
  if (flags.save !== undefined) requireUnusedName(flags.save, process.env);
  const planning = await preparePlanning(options);
  const { request, redactor } = planning;
  const session = await openSession({
    flags,
    terminal,
    heading: { planner: request.task.model },
    maxCost: flags.maxCost,
    mayLimitCost: request.task.saved.some(({ ir }) => ir['max_cost_usd'] !== undefined),
    redactor,
  });
  let start = 0;
  const approve = async (plan: ReadyPlan): Promise<void> => {
    if (flags.outputKey !== undefined)
      requireOutput({ workflow: plan.workflow, registry: request.registry }, flags.outputKey);
    await approvePlan(plan, { planning, flags, terminal, session });
    const { max_cost_usd } = plan.workflow;
    if (flags.maxCost === undefined && max_cost_usd !== undefined) await session.limitCost(max_cost_usd);
    if (flags.save !== undefined) terminal.err(savePlan(flags.save, plan, process.env));
    start = systemLogHost.monotonic();
  };
  const outcome = await session.run(dryRun ? request : { ...request, approve });
  const savedAs = savedNameOf(outcome, flags);
  if (savedAs !== undefined) {
    const durationMs = systemLogHost.monotonic() - start;
    await session.recordUse({ savedAs, status: outcome.status, durationMs });
  }
  const problems = dryRun ? trySavePlan(outcome, flags, terminal) : [];
  return session.finish(saveUnrunPlan(outcome), problems);
}

/** The name under which the workflow that ran is saved. */
function savedNameOf({ executed, plan }: RunOutcome, { save }: RunOptions): string | undefined {
  if (executed === undefined || plan === undefined) return undefined;
  return plan.status === 'reused' ? plan.name : save;
}
