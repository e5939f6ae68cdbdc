// Prints what a run leaves behind. Results go to stdout; everything else, paths included, to stderr.
import { PflowError } from '../../errors.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { chooseOutput } from '../../workflow/choose-output.ts';
import { formatErrorLine, formatError, formatStack } from '../terminal/error-text.ts';
import { formatJson } from '../terminal/json-text.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { toOneLine } from '../../values/escape-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { resumeCommandOf } from './resume-command.ts';
import { createRunDocument } from './run-document.ts';
import type { RunObservation, SavedTraces } from './run-observation.ts';
import type { RunOptions } from './run-options.ts';
import type { RunReport } from './run-report.ts';

/** Chooses the output that `-o` names. A missing one fails the report, not the run. */
export function createReport(
  outcome: RunOutcome,
  traces: SavedTraces,
  outputKey: string | undefined,
): RunReport {
  const { output, executed, shared: store, lastNode = '' } = outcome;
  const facts = { ...traces, outcome, ...present({ error: outcome.error }) };
  if (output === undefined) return { ...facts, result: null, value: undefined };
  if (outputKey === undefined || executed === undefined) return { ...facts, ...valuesOf(output) };
  try {
    const { workflow, inputs } = executed;
    const chosen = chooseOutput({ workflow, inputs: inputs.values, store, lastNode }, outputKey);
    return { ...facts, ...valuesOf(chosen) };
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    return { ...facts, result: null, value: undefined, error };
  }
}

function valuesOf({
  result,
  value,
}: Pick<RunReport, 'result' | 'value'>): Pick<RunReport, 'result' | 'value'> {
  return { result, value };
}

export interface ReportTarget {
  readonly flags: RunOptions;
  readonly terminal: Terminal;
  readonly observation: RunObservation | undefined;
  /** The live display has printed the warnings. */
  readonly isLive: boolean;
  /** Absolute path of the workflow file, if there is one. */
  readonly workflowPath?: string | undefined;
}

export async function printReport(report: RunReport, target: ReportTarget): Promise<void> {
  const { flags, terminal } = target;
  const { error } = report;
  if (flags.outputFormat === 'text') printText(report, target);
  else printJson(report, target);
  if (error !== undefined && flags.verbose === true) terminal.err(formatStack(error));
  await printLogWarnings(report, target);
}

function printJson(report: RunReport, target: ReportTarget): void {
  const { flags, terminal, observation, workflowPath } = target;
  if (observation === undefined) return;
  const { error, problems } = report;
  const document = createRunDocument(report, { observation, workflowPath, modules: flags.nodes });
  const isLine = flags.outputFormat === 'stream-json';
  terminal.out(`${isLine ? formatJson(document) : formatJson(document, 2)}\n`);
  if (error !== undefined) terminal.err(formatErrorLine(error));
  for (const problem of problems) terminal.err(formatErrorLine(problem));
  printPaths(report, observation, terminal);
}

function printText(report: RunReport, { flags, terminal, observation, isLive }: ReportTarget): void {
  const { value, error, outcome, problems } = report;
  if (value !== undefined && value !== null) terminal.out(valueText(value, flags.print === true));
  if (error !== undefined) terminal.err(formatError(error));
  for (const problem of problems) terminal.err(formatError(problem));
  if (flags.print === true) return;
  for (const warning of isLive ? [] : warningsOf(outcome))
    terminal.err(formatLabelledLine('warning', toOneLine(warning)));
  if (error === undefined && terminal.outIsTerminal) printOtherOutputs(outcome, terminal);
  printPaths(report, observation, terminal);
  if (observation !== undefined) printResumeCommand(report, observation, { flags, terminal });
  if (error !== undefined) proposeLog(observation, terminal);
}

function printResumeCommand(
  { outcome }: RunReport,
  { log }: RunObservation,
  { flags, terminal }: Pick<ReportTarget, 'flags' | 'terminal'>,
): void {
  const command = resumeCommandOf(outcome, log, flags.nodes);
  if (command !== undefined) terminal.err(`resume ${command}\n`);
}

/** Only people see it: a script that keeps no log has its reasons. */
function proposeLog(observation: RunObservation | undefined, terminal: Terminal): void {
  if (observation?.log.state.path !== undefined || !terminal.errIsTerminal) return;
  terminal.err('note   no log was kept; --log DIR or the setting log_dir keeps one\n');
}

/** Nothing was printed: names what there is. */
function printOtherOutputs({ output, lastNode = '' }: RunOutcome, terminal: Terminal): void {
  const { others = [] } = output ?? {};
  const [first] = others;
  if (first === undefined) return;
  const names = others.join(', ');
  terminal.err(toOneLine(`note   node "${lastNode}" wrote ${names}; to print one: -o ${first}`) + '\n');
}

/** A text as it is, anything else as JSON. `-p` adds nothing, not even a newline to a text. */
function valueText(value: unknown, raw: boolean): string {
  const text = typeof value === 'string' ? value : formatJson(value, raw ? undefined : 2);
  return raw || text.endsWith('\n') ? text : `${text}\n`;
}

function warningsOf({ output, recovered, warnings = [] }: RunOutcome): string[] {
  return [
    ...recovered.map(
      ({ node_id, message }) => `node "${node_id}" failed and its error edge was taken: ${message}`,
    ),
    ...warnings.map(({ message }) => message),
    ...(output?.warnings ?? []).map(({ message }) => message),
  ];
}

function printPaths(
  { traceFile, plannerTraceFile }: SavedTraces,
  observation: RunObservation | undefined,
  terminal: Terminal,
): void {
  const path = observation?.log.state.path;
  if (path !== undefined) terminal.err(`log    ${path}\n`);
  if (traceFile !== undefined) terminal.err(`trace  ${traceFile}\n`);
  if (plannerTraceFile !== undefined) terminal.err(`planner trace  ${plannerTraceFile}\n`);
}

/** Warns of costs that are not exact, and of a log that is not complete. */
async function printLogWarnings(
  { error }: RunReport,
  { flags, terminal, observation }: ReportTarget,
): Promise<void> {
  if (observation === undefined || (flags.print === true && observation.log.state.complete)) return;
  const gaps = observation.gaps();
  const { priceWarnings } = await import('../../replay/price-warnings.ts');
  // A call without a usage was reported when it ended.
  for (const warning of priceWarnings(gaps === undefined ? [] : [{ ...gaps, unmetered: [] }]))
    terminal.err(formatLabelledLine('warning', warning));
  const { poisoned } = observation.log.state;
  // A run that failed because of its log has reported that already.
  if (poisoned === undefined || error?.code === poisoned.code) return;
  terminal.err(formatLabelledLine('warning', `${poisoned.code}: ${poisoned.message}`));
}
