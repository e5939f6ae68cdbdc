// What every run of the command line has around it, whatever it begins with: onlookers, limits, signals, the traces
// afterwards, what is printed, and the exit code.
import { exitCodeOf, type PflowError } from '../../errors.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { Interruption } from '../../run/interruption.ts';
import type { RunOutcome, RunRequest } from '../../run/run-request.ts';
import type { FinishedRun } from '../../workflow/outputs.ts';
import type { RunOptions } from './run-options.ts';
import { exitCodeOfSignal } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { costGuard, type BeforeCall } from './cost-guard.ts';
import type { Observation } from './run-observation.ts';
import { printOutcome } from './report.ts';
import type { Heading, Progress } from './progress.ts';
import { saveTraces } from '../../home/save-traces.ts';
import { untilTold } from './until-told.ts';
import { needsObservation } from './needs-observation.ts';
import { redactOutcome, type Redact } from './redact-outcome.ts';

/** What the run is given by its surroundings. */
export interface Surroundings {
  readonly signal: AbortSignal;
  readonly watched: Pick<RunRequest, 'log' | 'logRequired' | 'beforeCall'>;
  /** From now on the run may not spend more than `usd` either. */
  readonly limit: (usd: number) => Promise<void>;
  readonly progress: Progress | undefined;
}

export interface Conducted {
  readonly outcome: RunOutcome;
  /** What `-o` is looked up in; absent when nothing has run. */
  readonly run?: Pick<FinishedRun, 'workflow' | 'inputs'>;
  /** The workflow that was planned, for the JSON document. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  /** What went wrong beside the run. */
  readonly trouble?: readonly PflowError[];
}

export interface Conduct {
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly heading: Heading;
  /** US dollars. */
  readonly limit: string | number | undefined;
  /** A limit may come with what is planned. */
  readonly mayLimit?: boolean;
  /** Takes secrets out of a text where no log is there to ask. */
  readonly redact: () => Promise<Redact>;
  perform(surroundings: Surroundings): Promise<Conducted>;
}

export async function conductRun(conduct: Conduct): Promise<number> {
  const { flags, terminal, limit, heading, mayLimit = false } = conduct;
  const live = showsProgress(flags, terminal);
  const observation = await observe(flags, { live, limited: limit !== undefined || mayLimit });
  const progress = live ? await showProgress(observation, terminal, heading) : undefined;

  const startedAt = systemLogHost.now();
  const controller = new AbortController();
  const guards: BeforeCall[] = [];
  const addGuard = async (usd: string | number | undefined): Promise<void> => {
    const guard = await costGuard(usd, observation, flags, controller);
    if (guard !== undefined) guards.push(guard);
  };
  await addGuard(limit);
  const conducted = await untilTold(flags, controller, () =>
    conduct.perform({
      signal: controller.signal,
      watched: {
        ...(observation === undefined
          ? {}
          : { log: observation.log, logRequired: flags.logRequired === true }),
        beforeCall: (request) => {
          for (const guard of guards) guard(request);
        },
      },
      limit: addGuard,
      progress,
    }),
  );
  progress?.end();
  observation?.log.close();
  const traces = await saveTraces(observation, startedAt);
  const saved = { ...traces, trouble: [...(conducted.trouble ?? []), ...traces.trouble] };
  const outcome = await redactOutcome(conducted.outcome, observation?.log, conduct.redact);
  const error = printOutcome({ ...conducted, outcome, observation, flags, terminal, live, ...saved });
  await sayBookWarnings(conduct, observation, error);
  const hasRun = conducted.run !== undefined;
  return exitCode(error, { hasRun, observation, trouble: saved.trouble });
}

async function showProgress(
  observation: Observation | undefined,
  terminal: Terminal,
  heading: Heading,
): Promise<Progress | undefined> {
  if (observation === undefined) return undefined;
  return (await import('./progress.ts')).startProgress(observation, terminal, heading);
}

async function sayBookWarnings(
  { flags, terminal }: Conduct,
  observation: Observation | undefined,
  error: PflowError | undefined,
): Promise<void> {
  if (observation === undefined || (flags.print === true && observation.log.state.complete)) return;
  const { bookWarnings } = await import('./book-warnings.ts');
  for (const line of bookWarnings(observation, error)) terminal.err(line);
}

/** The views and the log are loaded only where somebody looks on. */
async function observe(
  flags: RunOptions,
  why: { readonly live: boolean; readonly limited: boolean },
): Promise<Observation | undefined> {
  if (!needsObservation(flags, process.env, why)) return undefined;
  const { observeRun } = await import('./run-observation.ts');
  return observeRun(flags, process.env);
}

function showsProgress(flags: RunOptions, terminal: Terminal): boolean {
  return (
    terminal.errIsTerminal && terminal.outIsTerminal && flags.print !== true && flags.outputFormat === 'text'
  );
}

interface Ending {
  readonly hasRun: boolean;
  readonly observation: Observation | undefined;
  readonly trouble: readonly PflowError[];
}

function exitCode(error: PflowError | undefined, { hasRun, observation, trouble }: Ending): number {
  if (error instanceof Interruption) return exitCodeOfSignal(error.signal);
  if (error !== undefined) {
    const code = exitCodeOf(error.code);
    // Codes that mean "nothing ran" are failures once something has.
    return !hasRun || [3, 4].includes(code) ? code : 1;
  }
  if (observation?.log.state.complete === false) return 3;
  return trouble.length > 0 ? 1 : 0;
}
