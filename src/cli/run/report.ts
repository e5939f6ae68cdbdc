// What a run leaves on stdout and stderr. Results go to stdout; everything else, paths included, to stderr.
import { PflowError } from '../../errors.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { chooseOutput, type FinishedRun } from '../../workflow/outputs.ts';
import type { RunOptions } from './run-options.ts';
import { errorLine, errorText, stackText } from '../terminal/error-text.ts';
import { oneLine } from '../terminal/one-line.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { jsonDocument } from './json-document.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { Observation } from './run-observation.ts';

export interface Finished {
  readonly outcome: RunOutcome;
  readonly observation: Observation | undefined;
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  /** What `-o` was looked up in; absent when nothing has run. */
  readonly run?: Pick<FinishedRun, 'workflow' | 'inputs'>;
  /** The workflow that was planned. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  readonly traceFile?: string;
  readonly plannerTraceFile?: string;
  /** The live display has said the warnings. */
  readonly live: boolean;
  /** What went wrong after the run, such as a trace that could not be saved. */
  readonly trouble: readonly PflowError[];
}

/** The error that decides the exit code, if there is one. */
export function printOutcome(finished: Finished): PflowError | undefined {
  const { flags, outcome } = finished;
  const chosen = choose(finished);
  const error = outcome.error ?? chosen.error;
  if (flags.outputFormat === 'json') printJson(finished, chosen.result, error);
  else printText(finished, chosen, error);
  if (error !== undefined && flags.verbose === true) finished.terminal.err(stackText(error));
  return error;
}

interface Choice {
  readonly result: unknown;
  readonly value: unknown;
  readonly error?: PflowError;
}

/** An output that was asked for and is not there is a failure; the run itself was none. */
function choose({ outcome, flags, run }: Finished): Choice {
  const { output } = outcome;
  if (output === undefined) return { result: null, value: undefined };
  if (flags.outputKey === undefined || run === undefined) return output;
  try {
    const { shared: store, lastNode = '' } = outcome;
    return chooseOutput({ ...run, store, lastNode }, flags.outputKey);
  } catch (error) {
    if (error instanceof PflowError) return { result: null, value: undefined, error };
    throw error;
  }
}

function printJson(
  { observation, terminal, trouble, ...facts }: Finished,
  result: unknown,
  error: PflowError | undefined,
): void {
  if (observation === undefined) return;
  terminal.out(jsonDocument({ ...facts, result, error, observation }));
  if (error !== undefined) terminal.err(errorLine(error));
  for (const one of trouble) terminal.err(errorLine(one));
  printPaths({ ...facts, observation, terminal });
}

function printText(finished: Finished, { value }: Choice, error: PflowError | undefined): void {
  const { terminal, flags, outcome } = finished;
  if (value !== undefined && value !== null) terminal.out(asText(value, flags.print === true));
  if (error !== undefined) terminal.err(errorText(error));
  for (const trouble of finished.trouble) terminal.err(errorText(trouble));
  if (flags.print === true) return;
  for (const warning of finished.live ? [] : warningsOf(outcome))
    terminal.err(`${colour.yellow('warning')} ${oneLine(warning)}\n`);
  printPaths(finished);
}

/** A text as it is, anything else as JSON. `-p` adds nothing, not even a newline to a text. */
function asText(value: unknown, raw: boolean): string {
  const text = typeof value === 'string' ? value : jsonText(value, raw ? undefined : 2);
  return raw || text.endsWith('\n') ? text : `${text}\n`;
}

function warningsOf({ output, recovered }: RunOutcome): string[] {
  return [
    ...recovered.map(
      ({ node_id, message }) => `node "${node_id}" failed and its error edge was taken: ${message}`,
    ),
    ...(output?.warnings ?? []).map(({ message }) => message),
  ];
}

type Paths = Pick<Finished, 'observation' | 'terminal' | 'traceFile' | 'plannerTraceFile'>;

function printPaths({ observation, terminal, traceFile, plannerTraceFile }: Paths): void {
  const path = observation?.log.state.path;
  if (path !== undefined) terminal.err(`log    ${path}\n`);
  if (traceFile !== undefined) terminal.err(`trace  ${traceFile}\n`);
  if (plannerTraceFile !== undefined) terminal.err(`planner trace  ${plannerTraceFile}\n`);
}
