// Runs `pflow run FILE`, from the words of the command line to the exit code.
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { prepareRequest, type WorkflowRequest } from '../../run/prepare-request.ts';
import { requireApprovalNodes } from '../../run/nested/approval-nodes.ts';
import type { PreparedWorkflow } from '../../run/prepare-workflow.ts';
import { mayLimitNested } from '../../run/nested/nested-limits.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { requireOutput } from '../../workflow/require-output.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { prepareNamedWorkflow } from './named-workflow.ts';
import { readInputs, type ReadInputs } from './read-inputs.ts';
import { recordedArgv } from './recorded-argv.ts';
import type { RunOptions } from './run-options.ts';
import { openSession, runToEnd } from './session.ts';

export async function executeFile(
  named: string,
  words: readonly string[],
  flags: RunOptions,
  terminal: Terminal,
): Promise<number> {
  refuseSentenceOptions(flags);
  if (flags.dryRun === true) {
    const { prepared, inputs } = await readRequest(named, words, flags);
    return (await import('./dry-run.ts')).printDryRun(prepared, inputs, flags, terminal);
  }
  const { savedAs, ...request } = await prepare(named, words, flags);
  const { workflow, name } = request;
  const session = await openSession({
    flags,
    terminal,
    heading: { name, nodes: workflow.nodes.map(({ id }) => id) },
    maxCost: flags.maxCost ?? workflow.max_cost_usd,
    mayLimitCost: mayLimitNested(request),
  });
  return runToEnd(session, request, savedAs);
}

/** Allows `--yes`, which scripts pass to every run. */
function refuseSentenceOptions({ save, tracePlanner, history, dryRun }: RunOptions): void {
  if (history !== undefined && dryRun !== true)
    throw new PflowError('USAGE', '--history is for --dry-run', { hint: 'Add --dry-run.' });
  const option = save !== undefined ? '--save' : tracePlanner === true ? '--trace-planner' : undefined;
  if (option === undefined) return;
  throw new PflowError('USAGE', `${option} is for a sentence; a workflow file is not planned`, {
    hint: option === '--save' ? 'Save a file with pflow workflow save.' : 'Trace a workflow with --trace.',
  });
}

interface ReadRequest extends ReadInputs {
  readonly prepared: PreparedWorkflow;
}

/** Reads and checks the workflow and its inputs. */
async function readRequest(named: string, words: readonly string[], flags: RunOptions): Promise<ReadRequest> {
  const { env } = process;
  const cwd = workingFolder();
  const context = { cwd, env, nodes: flags.nodes };
  const hint = 'For example: pflow run - < release-notes.json.';
  const prepared = await prepareNamedWorkflow(named, context, hint).catch((error: unknown) => {
    throw withQuotesHint(error, words);
  });
  requireApprovalNodes([...(flags.approve ?? []), ...(flags.deny ?? [])], prepared);
  const stdinIsTaken = named === '-';
  const read = await readInputs(prepared.workflow, words, { env, stdinIsTaken });
  if (flags.outputKey !== undefined)
    requireOutput({ ...prepared, ...present({ children: prepared.nested?.children }) }, flags.outputKey);
  return { prepared, ...read };
}

async function prepare(
  named: string,
  words: readonly string[],
  flags: RunOptions,
): Promise<WorkflowRequest & Pick<RunRequest, 'finalWarnings'>> {
  const { prepared, inputs, finalWarnings } = await readRequest(named, words, flags);
  return {
    ...(await prepareRequest(prepared, inputs, {
      ...flags,
      cwd: workingFolder(),
      env: process.env,
      argv: recordedArgv(process.argv.slice(2), named),
      ...present({ tags: flags.tag }),
    })),
    ...present({ finalWarnings }),
  };
}

/** Words without quotes are read as a file and its inputs. */
function withQuotesHint(error: unknown, words: readonly string[]): unknown {
  const isSentence = words.length > 0 && words.every((word) => !word.includes('='));
  if (!(error instanceof PflowError) || error.code !== 'FILE_NOT_FOUND' || !isSentence) return error;
  return error.with({ hint: 'A sentence needs quotes: pflow "summarise notes.txt in three sentences".' });
}
