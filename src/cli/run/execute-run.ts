// `pflow run`, from the words of the command line to the exit code.
import { exitCodeOf, PflowError } from '../../errors.ts';
import { systemLogHost } from '../../log/log-host.ts';
import { Interruption, runTimeout } from '../../run/interruption.ts';
import type { RunOutcome, RunRequest } from '../../run/run-request.ts';
import { runWorkflow } from '../../run/run-workflow.ts';
import { VERSION } from '../../version.ts';
import type { RunFlags } from '../commands/run.ts';
import { readSettings } from '../settings.ts';
import { exitCodeOfSignal, stopOnSignals } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { workingFolder } from '../working-folder.ts';
import { chooseModels } from './choose-models.ts';
import type { RunFacts } from './note-use.ts';
import type { Observation } from './observe-run.ts';
import { prepareInputValues, prepareWorkflow, type PreparedWorkflow } from './prepare-run.ts';
import { printOutcome } from './print-outcome.ts';
import { wantsObservation } from './wants-observation.ts';
import { withoutSecrets } from './without-secrets.ts';

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export async function executeRun(
  named: string,
  words: readonly string[],
  flags: RunFlags,
  terminal: Terminal,
): Promise<number> {
  const request = await prepareRequest(named, words, flags);
  const live = showsProgress(flags, terminal);
  const limit = flags.maxCost ?? request.workflow.max_cost_usd;
  const observation = await observe(flags, { live, limited: limit !== undefined });
  const progress =
    observation !== undefined && live
      ? (await import('./progress.ts')).startProgress(observation, terminal, request)
      : undefined;

  const startedAt = systemLogHost.now();
  const start = systemLogHost.monotonic();
  const controller = new AbortController();
  const beforeCall = await costGuard(limit, observation, flags, controller);
  const ended = await runUntilStopped(
    { ...request, ...watched(observation, flags), ...beforeCall },
    flags,
    controller,
  );
  progress?.end();
  observation?.log.close();
  const durationMs = systemLogHost.monotonic() - start;
  await noteUseOf(request, { status: ended.status, durationMs, observation }, flags, terminal);
  const saved = await saveTraceOf(observation, startedAt);
  const outcome = await withoutSecrets(ended, request, observation?.log);
  const error = printOutcome({
    outcome,
    observation,
    flags,
    terminal,
    live,
    run: {
      workflow: request.workflow,
      inputs: request.inputs,
      store: outcome.shared,
      lastNode: outcome.lastNode ?? '',
    },
    ...saved,
  });
  if (observation !== undefined && (flags.print !== true || !observation.log.state.complete)) {
    const { bookWarnings } = await import('./book-warnings.ts');
    for (const line of bookWarnings(observation, error)) terminal.err(line);
  }
  return exitCode(error, observation, saved.trouble);
}

type Prepared = Omit<RunRequest, 'signal' | 'log' | 'logRequired'> & Pick<PreparedWorkflow, 'savedAs'>;

async function prepareRequest(named: string, words: readonly string[], flags: RunFlags): Promise<Prepared> {
  const { env } = process;
  const cwd = workingFolder();
  const prepared = await prepareWorkflow(named, { cwd, env, nodes: flags.nodes });
  const inputs = await prepareInputValues(prepared, words, env);
  const settings = readSettings(env);
  const defaultModel = flags.model ?? settings.default_model;
  const models = await chooseModels({
    workflow: prepared.workflow,
    inputs: inputs.values,
    secretInputs: inputs.secrets,
    flags,
    settings,
    env,
    defaultModel,
    cwd,
  });
  return {
    ...prepared,
    inputs: inputs.values,
    secretInputs: inputs.secrets,
    models,
    ...(defaultModel === undefined ? {} : { defaultModel }),
    cwd,
    env,
    host: systemLogHost,
    version: VERSION,
  };
}

/** The views and the log are loaded only where somebody looks on. */
async function observe(
  flags: RunFlags,
  why: { readonly live: boolean; readonly limited: boolean },
): Promise<Observation | undefined> {
  if (!wantsObservation(flags, process.env, why)) return undefined;
  const { observeRun } = await import('./observe-run.ts');
  return observeRun(flags, process.env);
}

/** Recorded answers cost nothing, so there is nothing to refuse for want of a price. */
async function costGuard(
  usd: string | number | undefined,
  observation: Observation | undefined,
  flags: RunFlags,
  controller: AbortController,
): Promise<Pick<RunRequest, 'beforeCall'>> {
  if (usd === undefined || observation === undefined) return {};
  const { limitCost } = await import('./limit-cost.ts');
  const { log, pricing } = observation;
  const free = flags.answers !== undefined && flags.onMiss === 'error';
  return {
    beforeCall: limitCost({
      usd,
      log,
      pricing,
      guess: free || flags.unknownModel === 'fallback',
      controller,
    }),
  };
}

function watched(
  observation: Observation | undefined,
  flags: RunFlags,
): Pick<RunRequest, 'log' | 'logRequired'> {
  if (observation === undefined) return {};
  return { log: observation.log, logRequired: flags.logRequired === true };
}

function showsProgress(flags: RunFlags, terminal: Terminal): boolean {
  return (
    terminal.errIsTerminal && terminal.outIsTerminal && flags.print !== true && flags.outputFormat === 'text'
  );
}

async function runUntilStopped(
  request: Omit<RunRequest, 'signal'>,
  { timeout }: RunFlags,
  controller: AbortController,
): Promise<RunOutcome> {
  const release = stopOnSignals(controller);
  const clock =
    timeout === undefined
      ? undefined
      : setTimeout(
          () => {
            controller.abort(runTimeout(timeout));
          },
          Math.min(timeout * 1000, LONGEST_TIMER_MS),
        );
  try {
    return await runWorkflow({ ...request, signal: controller.signal });
  } finally {
    clearTimeout(clock);
    release();
  }
}

async function noteUseOf(
  { savedAs }: Prepared,
  facts: Omit<RunFacts, 'savedAs'>,
  flags: RunFlags,
  terminal: Terminal,
): Promise<void> {
  if (savedAs === undefined) return;
  const { noteUse } = await import('./note-use.ts');
  noteUse({ savedAs, ...facts }, flags, terminal);
}

async function saveTraceOf(
  observation: Observation | undefined,
  startedAt: number,
): Promise<{ readonly traceFile?: string; readonly trouble: readonly PflowError[] }> {
  if (observation?.trace === undefined) return { trouble: [] };
  const { saveTrace } = await import('../trace-file.ts');
  const { homeFolder } = await import('../home.ts');
  try {
    const document = observation.trace.result();
    return {
      traceFile: saveTrace(homeFolder(process.env), 'pflow-trace-workflow', startedAt, document),
      trouble: [],
    };
  } catch (error) {
    if (error instanceof PflowError) return { trouble: [error] };
    throw error;
  }
}

function exitCode(
  error: PflowError | undefined,
  observation: Observation | undefined,
  trouble: readonly PflowError[],
): number {
  if (error instanceof Interruption) return exitCodeOfSignal(error.signal);
  // Codes that mean "nothing ran" are failures once something has.
  if (error !== undefined) return [3, 4].includes(exitCodeOf(error.code)) ? exitCodeOf(error.code) : 1;
  if (observation?.log.state.complete === false) return 3;
  return trouble.length > 0 ? 1 : 0;
}
