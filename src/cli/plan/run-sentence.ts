// A sentence from the words of the command line to the exit code: planned, and run where that is wanted. `pflow plan`
// prints what was planned instead.
import { PflowError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { runPlanned } from '../../run/run-planned.ts';
import type { PlannedOutcome } from '../../run/run-request.ts';
import type { RunOptions } from '../run/run-options.ts';
import { conductRun, type Conducted, type Surroundings } from '../run/session.ts';
import { tryRecordUse } from '../run/note-use.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { approvePlan } from './plan-approval.ts';
import { saveUnrunPlan } from './save-plan.ts';
import { preparePlanning, type Planning } from './prepare-planning.ts';
import { requireFreeName, savePlanned } from './saved-workflows.ts';

export interface SentenceOptions {
  readonly sentence: string;
  /** `key=value`. */
  readonly words: readonly string[];
  readonly flags: RunOptions;
  /** False: what is planned is printed and does not run. */
  readonly runs: boolean;
}

export async function runSentence(given: SentenceOptions, terminal: Terminal): Promise<number> {
  const { flags } = given;
  if (flags.save !== undefined) requireFreeName(flags.save, process.env);
  const planning = await preparePlanning(given);
  const { redactor, task } = planning;
  return conductRun({
    flags,
    terminal,
    heading: { planner: task.model },
    limit: flags.maxCost,
    mayLimit: task.saved.some(({ ir }) => ir['max_cost_usd'] !== undefined),
    redact: () => Promise.resolve((text) => redactor.text(text)),
    perform: async (surroundings) => {
      const outcome = await perform(planning, given, terminal, surroundings);
      return { ...conducted(outcome), trouble: given.runs ? [] : keepAsSaved(outcome, flags, terminal) };
    },
  });
}

async function perform(
  planning: Planning,
  { flags, runs }: SentenceOptions,
  terminal: Terminal,
  { signal, watched, limit, progress }: Surroundings,
): Promise<PlannedOutcome> {
  const { redactor: _redactor, settings: _settings, ...request } = planning;
  let start = 0;
  const admit = async (plan: Parameters<typeof approvePlan>[0]): Promise<void> => {
    await approvePlan(plan, {
      planning,
      flags,
      terminal,
      signal,
      ...(progress === undefined ? {} : { progress }),
    });
    const { max_cost_usd } = plan.workflow;
    if (flags.maxCost === undefined && max_cost_usd !== undefined) await limit(max_cost_usd);
    if (flags.save !== undefined) terminal.err(savePlanned(flags.save, plan, process.env));
    start = systemLogHost.monotonic();
  };
  const frame = { host: systemLogHost, version: VERSION, signal };
  const outcome = await runPlanned({ ...request, ...watched, ...frame, ...(runs ? { approve: admit } : {}) });
  const savedAs = savedName(outcome, flags);
  if (savedAs !== undefined) {
    const durationMs = systemLogHost.monotonic() - start;
    tryRecordUse({ savedAs, status: outcome.status, durationMs, run: watched.log?.run }, flags, terminal);
  }
  return outcome;
}

/** The name under which what has run is saved. */
function savedName({ hasRun, plan }: PlannedOutcome, { save }: RunOptions): string | undefined {
  if (!hasRun || plan === undefined || plan.status === 'failed') return undefined;
  return plan.status === 'reused' ? plan.name : save;
}

function conducted(outcome: PlannedOutcome): Conducted {
  const { plan, hasRun } = outcome;
  if (plan === undefined) return { outcome };
  const kept = saveUnrunPlan(outcome);
  if (plan.status === 'failed') {
    return { outcome: kept, ...(plan.best === undefined ? {} : { workflow: plan.best.ir }) };
  }
  const { ir, workflow, inputs } = plan;
  return { outcome: kept, workflow: ir, ...(hasRun ? { run: { workflow, inputs: inputs.values } } : {}) };
}

/** `pflow plan --save`: what cannot be saved is printed all the same. */
function keepAsSaved({ plan }: PlannedOutcome, { save }: RunOptions, terminal: Terminal): PflowError[] {
  if (save === undefined || plan === undefined || plan.status === 'failed') return [];
  try {
    terminal.err(savePlanned(save, plan, process.env));
    return [];
  } catch (error) {
    if (error instanceof PflowError) return [error];
    throw error;
  }
}
