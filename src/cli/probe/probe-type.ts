// Runs one node alone, for `pflow probe`: a workflow of one node, with a log.
import { join } from 'node:path';
import { PflowError } from '../../errors.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { homeFolder, workingFolder } from '../../home/paths.ts';
import { readSettings } from '../../home/settings.ts';
import { prepareRequest } from '../../run/prepare-request.ts';
import { checkWorkflow } from '../../run/prepare-workflow.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { openRunSession } from '../../run/run-session.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { present } from '../../values/present.ts';
import { prepareInputs } from '../../workflow/prepare-inputs.ts';
import { inferValue } from '../../workflow/infer-value.ts';
import { escapeTemplate } from '../../workflow/templates/print-template.ts';
import { requireType, type FoundType } from '../registry/require-type.ts';
import { parseInputWords } from '../run/read-inputs.ts';
import { colour } from '../terminal/colour.ts';
import { formatError, formatErrorLine, formatStack, toJsonError } from '../terminal/error-text.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import { stopOnSignals } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listPaths, type TemplatePath } from './list-paths.ts';

export interface ProbeFlags {
  readonly nodes: readonly string[];
  readonly log?: string;
  readonly timeout?: number;
  readonly maxCost?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Throws NODE_TYPE_UNKNOWN, and WORKFLOW_INVALID for wrong params; nothing has run then. */
export async function probeType(
  type: string,
  words: readonly string[],
  flags: ProbeFlags,
  terminal: Terminal,
): Promise<number> {
  const { env } = process;
  const { nodes } = flags;
  const cwd = workingFolder();
  const found = requireType(type, await loadRegistry({ requested: [type], nodes, cwd, env }));
  const id = type.replaceAll(/[^A-Za-z0-9_-]/gu, '-');
  const workflow = { nodes: [{ id, type, params: readParams(found, words) }] };
  const source = { text: exactJsonText(workflow) ?? '', name: `probe-${id}`, source: 'file' as const };
  const prepared = await checkWorkflow(source, type, { cwd, env, nodes }).catch((error: unknown) => {
    throw nameParams(error, type);
  });
  const inputs = prepareInputs(prepared.workflow, { given: {}, env: {} });
  const request = await prepareRequest(prepared, inputs, { cwd, env, ...present({ model: flags.model }) });
  const { timeout, maxCost } = flags;
  const session = await openRunSession({ env, log: logFor(flags), ...present({ timeout, maxCost }) });
  const release = stopOnSignals(session.controller);
  try {
    const outcome = await session.finish(await session.run(request));
    const paths = listPaths(id, outcome.shared[id] ?? {});
    print({ type, outcome, paths, log: session.opened?.log.state.path }, flags, terminal);
    return outcome.status === 'success' ? 0 : 1;
  } finally {
    release();
  }
}

/** The file that has the problems is made of the words of the command. */
function nameParams(error: unknown, type: string): unknown {
  if (!(error instanceof PflowError) || error.code !== 'WORKFLOW_INVALID') return error;
  return error.with({ hint: `Params are given as key=value; pflow registry describe ${type} lists them.` });
}

/** A value is JSON where the param takes it. `${…}` is text, since there is nothing that it could refer to. */
function readParams(type: FoundType, words: readonly string[]): Readonly<Record<string, unknown>> {
  const asWritten = [...(type.literal ?? []), ...(type.commands ?? [])];
  const entries = Object.entries(parseInputWords(words)).map(([name, text]) => {
    const inferred = inferValue(text);
    const value = typeof inferred !== 'string' && takes(type, name, inferred) ? inferred : text;
    return [
      name,
      typeof value === 'string' && !asWritten.includes(name) ? escapeTemplate(value) : value,
    ] as const;
  });
  return Object.fromEntries(entries);
}

function takes({ params }: FoundType, name: string, value: unknown): boolean {
  const { error } = params.safeParse({ [name]: value });
  return !(error?.issues ?? []).some(({ path }) => path[0] === name);
}

/** Without another place the log is kept in the home folder. */
function logFor({ log }: ProbeFlags): string {
  if (log !== undefined) return log;
  const folder = process.env['PFLOW_LOG_DIR'] ?? '';
  if (folder !== '') return `${folder}/`;
  const home = homeFolder(process.env);
  return `${join(home, readSettings(process.env).log_dir ?? 'runs')}/`;
}

interface ProbeReport {
  readonly type: string;
  readonly outcome: RunOutcome;
  readonly paths: readonly TemplatePath[];
  readonly log: string | undefined;
}

function print({ type, outcome, paths, log }: ProbeReport, flags: ProbeFlags, terminal: Terminal): void {
  const { status, error, warnings = [] } = outcome;
  if (flags.json === true) {
    const document = {
      type,
      status,
      is_error: error !== undefined,
      paths,
      ...present({ error: error && toJsonError(error) }),
      warnings,
      ...present({ log }),
    };
    terminal.out(`${formatJson(document, 2)}\n`);
    if (error !== undefined) terminal.err(formatErrorLine(error));
  } else {
    for (const line of formatPaths(paths)) terminal.out(`${line}\n`);
    if (error !== undefined) terminal.err(formatError(error));
    for (const { message } of warnings) terminal.err(formatLabelledLine('warning', toOneLine(message)));
  }
  if (error instanceof PflowError && flags.verbose === true) terminal.err(formatStack(error));
  if (log !== undefined) terminal.err(`log    ${log}\n`);
}

function formatPaths(paths: readonly TemplatePath[]): readonly string[] {
  const width = Math.max(0, ...paths.map(({ path }) => path.length));
  return paths.map(({ path, value, length }) => {
    const text = typeof value === 'string' ? value : formatJson(value);
    const more = length === undefined ? '' : colour.dim(` (${String(length)} characters)`);
    return `${colour.bold(path.padEnd(width))}  ${toOneLine(text)}${more}`;
  });
}
