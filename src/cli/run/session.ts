// Runs a workflow on the terminal: shows progress, stops on signals, prints the report.
import { PflowError } from '../../errors.ts';
import type { Level } from '../../events/vocabulary.ts';
import type { Redactor } from '../../log/secrets/redaction.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import type { WorkflowUse } from '../../run/count-saved-run.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import {
  openRunSession,
  type RunSession,
  type RunSessionOptions,
  type SessionRequest,
} from '../../run/run-session.ts';
import { present } from '../../values/present.ts';
import { stopOnRequest } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Progress } from './progress.ts';
import type { Heading } from './progress-lines.ts';
import { chooseExitCode } from './choose-exit-code.ts';
import { withLogHint } from './log-hint.ts';
import { createReport, printReport } from './report.ts';
import type { RunObservation, SavedTraces, TraceTarget } from './run-observation.ts';
import type { RunOptions } from './run-options.ts';
import type { openSender, RunReceiver } from './send-run.ts';

type PromptApproval = NonNullable<RunSessionOptions['promptApproval']>;

export interface SessionOptions extends Pick<RunSessionOptions, 'host' | 'disk'> {
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly heading: Heading;
  /** US dollars. */
  readonly maxCost: string | number | undefined;
  /** A limit of cost may come with what is planned. */
  readonly mayLimitCost?: boolean;
  /** Redacts a run without a log. By default the secrets come from its workflow and inputs. */
  readonly redactor?: Redactor;
  /** By default the environment of this process. */
  readonly env?: RunSessionOptions['env'];
}

export interface Session {
  readonly signal: AbortSignal;
  /** Absent when nothing needs the events of the run. */
  readonly log?: EventLog;
  readonly progress?: Progress;
  /** Stops the run before the next model call once it has spent `usd` US dollars. */
  limitCost(usd: number): Promise<void>;
  run(request: SessionRequest): Promise<RunOutcome>;
  /** Counts the run of a saved workflow. Prints a failure to do so with --verbose only. */
  recordUse(use: Omit<WorkflowUse, 'run'>): Promise<void>;
  /** Saves the traces and prints the report, with `problems` beside it. Returns the exit code. */
  finish(outcome: RunOutcome, problems?: readonly PflowError[]): Promise<number>;
}

/** Throws USAGE, PRICES_INVALID, LOG_EXISTS or LOG_UNWRITABLE; nothing has run then. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { flags, terminal, heading, env = process.env, ...runOptions } = options;
  refuseLogOnStdout(flags);
  if (flags.otlp !== undefined) (await import('./send-run.ts')).requireReceiver(flags.otlp);
  const display = displayOf(flags, terminal);
  const isLive = display !== 'none';
  const observedLevel = observedLevelOf(flags, isLive);
  const run = await openRunSession({
    ...flags,
    ...present({ ...runOptions, observedLevel }),
    eventsArePrinted: flags.outputFormat === 'stream-json',
    env,
    ...(terminal.canPrompt ? { promptApproval: (request, redact) => prompt(request, redact) } : {}),
  });
  // The log exists from here on: a signal must not leave it empty.
  const release = stopOnRequest(run.controller, terminal.caller);
  const observation = await observe(run, flags);
  const sendRun = await openSenderOf(flags, observation, env);
  if (flags.outputFormat === 'stream-json') await streamEvents(run, terminal);
  const progress = await startDisplay(display, observation, { terminal, heading });
  const startedAt = systemLogHost.now();
  let workflowPath: string | undefined;
  const prompt = createPrompt({ terminal, progress, signal: run.controller.signal });
  return {
    signal: run.controller.signal,
    ...present({ progress, log: run.opened?.log }),
    limitCost: (usd) => run.limitCost(usd),
    async run(request) {
      workflowPath = request.origin?.workflowPath;
      if (observation !== undefined)
        terminal.caller?.runStarted(observation.log.run, observation.log.state.path);
      try {
        const { showToolProgress: onToolProgress, showModelText: onModelText } = progress ?? {};
        const onCommandOutput = progress?.showCommandOutput;
        return await run.run({ ...request, ...present({ onToolProgress, onModelText, onCommandOutput }) });
      } finally {
        release();
      }
    },
    async recordUse(use) {
      const { tryRecordUse } = await import('../../run/count-saved-run.ts');
      const problem = tryRecordUse({ ...use, run: observation?.log.run }, env);
      if (problem === undefined || flags.verbose !== true) return;
      terminal.err(`note   this run of ${use.savedAs} was not counted: ${problem}\n`);
    },
    async finish(outcome, problems = []) {
      progress?.end();
      const redacted = await run.finish(outcome);
      const traces = await saveTraces(observation, { startedAt, env });
      const saved = { ...traces, problems: [...problems, ...traces.problems] };
      const named = withLogHint(redacted, observation?.log.state.path);
      const report = createReport(named, saved, flags.outputKey);
      await printReport(report, { flags, terminal, observation, isLive, workflowPath });
      await keepFolder(flags, observation, terminal);
      await sendRun?.(terminal);
      return chooseExitCode(report, observation);
    },
  };
}

/** Runs a workflow, which may be saved under a name, and returns the exit code. */
export async function runToEnd(
  session: Session,
  request: SessionRequest,
  savedAs: string | undefined,
): Promise<number> {
  const start = systemLogHost.monotonic();
  const outcome = await session.run(request);
  if (savedAs !== undefined) {
    const durationMs = systemLogHost.monotonic() - start;
    await session.recordUse({ savedAs, status: outcome.status, durationMs });
  }
  return session.finish(outcome);
}

interface PromptFrame {
  readonly terminal: Terminal;
  readonly progress: Progress | undefined;
  readonly signal: AbortSignal;
}

/** Prompts for the approval of a node while the display pauses. */
function createPrompt({ terminal, progress, signal }: PromptFrame): PromptApproval {
  return async (request, redact) => {
    const { promptApproval } = await import('./prompt-approval.ts');
    const prompt = (): Promise<boolean> => promptApproval(request, { terminal, redact, signal });
    return progress === undefined ? prompt() : progress.pauseWhile(prompt);
  };
}

async function openSenderOf(
  { otlp: endpoint, print: isQuiet = false }: RunOptions,
  observation: RunObservation | undefined,
  env: RunReceiver['env'],
): Promise<ReturnType<typeof openSender> | undefined> {
  if (endpoint === undefined || observation === undefined) return undefined;
  return (await import('./send-run.ts')).openSender(observation, { endpoint, env, isQuiet });
}

/** Prints the line of each event as a log file has it. */
async function streamEvents({ opened }: RunSession, terminal: Terminal): Promise<void> {
  const { encodeLine } = await import('../../log/write/line-encoder.ts');
  opened?.log.follow((event) => {
    terminal.out(encodeLine(event).toString());
  });
}

function refuseLogOnStdout({ log }: RunOptions): void {
  if (log !== '-') return;
  throw new PflowError('USAGE', '--log takes a file or a folder, not -', {
    hint: 'For the events on stdout give --output-format stream-json; for a file with this name, --log ./-.',
  });
}

/** Returns the level of events that the report or the display needs, if any. */
function observedLevelOf(flags: RunOptions, isLive: boolean): Level | undefined {
  const isTraced = flags.trace === true || flags.tracePlanner === true;
  if (isTraced && flags.logLevel === 'metrics') {
    throw new PflowError('USAGE', 'a trace needs the content that --log-level metrics leaves out', {
      hint: 'Leave out one of the two.',
    });
  }
  if (isTraced) return 'trace';
  if (flags.outputFormat === 'stream-json') return flags.logLevel ?? 'trace';
  const isRead = isLive || flags.outputFormat === 'json' || flags.otlp !== undefined;
  return isRead ? 'metrics' : undefined;
}

/** Loads the projections only where there is a log to fold. */
async function observe({ opened }: RunSession, flags: RunOptions): Promise<RunObservation | undefined> {
  if (opened === undefined) return undefined;
  return (await import('./run-observation.ts')).observeRun(opened, flags);
}

async function saveTraces(
  observation: RunObservation | undefined,
  target: TraceTarget,
): Promise<SavedTraces> {
  if (observation === undefined) return { problems: [] };
  return (await import('./run-observation.ts')).saveTraces(observation, target);
}

type Display = 'live' | 'plain' | 'none';

/** By default a terminal shows progress, where nothing but text is printed. */
function displayOf({ progress = 'auto', print, outputFormat }: RunOptions, terminal: Terminal): Display {
  if (progress !== 'auto') return progress;
  const { errIsTerminal, outIsTerminal } = terminal;
  return errIsTerminal && outIsTerminal && print !== true && outputFormat === 'text' ? 'live' : 'none';
}

async function startDisplay(
  display: Display,
  observation: RunObservation | undefined,
  { terminal, heading }: Pick<SessionOptions, 'terminal' | 'heading'>,
): Promise<Progress | undefined> {
  if (display === 'none' || observation === undefined) return undefined;
  if (display === 'live')
    return (await import('./progress.ts')).startProgress(observation, terminal, heading);
  return (await import('./plain-progress.ts')).startPlainProgress(observation, terminal, heading);
}

/** Removes old logs once a run has its log in the configured folder. */
async function keepFolder(
  { log, print }: RunOptions,
  observation: RunObservation | undefined,
  terminal: Terminal,
): Promise<void> {
  const isInFolder = log === undefined && observation?.log.state.path !== undefined;
  if (!isInFolder || print === true) return;
  const { removeLogsOfSettings } = await import('./old-logs.ts');
  await removeLogsOfSettings(terminal);
}
