// `pflow run` of a file or a saved name, from the words of the command line to the exit code.
import { PflowError } from '../../errors.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { runWorkflow } from '../../run/run-workflow.ts';
import { VERSION } from '../../version.ts';
import type { RunOptions } from './run-options.ts';
import { readSettings } from '../../home/settings.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workingFolder } from '../../home/working-folder.ts';
import { createModelClient } from './model-client.ts';
import { conductRun } from './session.ts';
import { readInputs, prepareWorkflow, type PreparedWorkflow } from './prepare-workflow.ts';

export async function runFile(
  named: string,
  words: readonly string[],
  flags: RunOptions,
  terminal: Terminal,
): Promise<number> {
  refuseSentenceFlags(flags);
  const request = await prepareRequest(named, words, flags);
  const { workflow, inputs, name, savedAs } = request;
  return conductRun({
    flags,
    terminal,
    heading: { name, nodes: workflow.nodes.map(({ id }) => id) },
    limit: flags.maxCost ?? workflow.max_cost_usd,
    redact: async () => {
      const redactor = (await import('./redactor-of.ts')).createRunRedactor(request);
      return (text) => redactor.text(text);
    },
    perform: async ({ signal, watched }) => {
      const start = systemLogHost.monotonic();
      const outcome = await runWorkflow({ ...request, ...watched, signal });
      if (savedAs !== undefined) {
        const { tryRecordUse: noteUse } = await import('./note-use.ts');
        const durationMs = systemLogHost.monotonic() - start;
        noteUse({ savedAs, status: outcome.status, durationMs, run: watched.log?.run }, flags, terminal);
      }
      return { outcome, run: { workflow, inputs } };
    },
  });
}

/** `--yes` is left alone: scripts say it always. */
function refuseSentenceFlags({ save, tracePlanner }: RunOptions): void {
  const flag = save !== undefined ? '--save' : tracePlanner === true ? '--trace-planner' : undefined;
  if (flag === undefined) return;
  throw new PflowError('USAGE', `${flag} is for a sentence; a workflow file is not planned`, {
    hint: flag === '--save' ? 'Save a file with pflow workflow save.' : 'Trace a workflow with --trace.',
  });
}

/** Words without quotes are a file and its inputs. */
function unquoted(error: unknown, words: readonly string[]): unknown {
  const isSentence = words.length > 0 && words.every((word) => !word.includes('='));
  if (!(error instanceof PflowError) || error.code !== 'FILE_NOT_FOUND' || !isSentence) return error;
  const hint = 'A sentence stands in quotes: pflow "summarise notes.txt in three sentences".';
  return new PflowError(error.code, error.message, { hint, cause: error });
}

type Prepared = Omit<RunRequest, 'signal' | 'log' | 'logRequired'> & Pick<PreparedWorkflow, 'savedAs'>;

async function prepareRequest(named: string, words: readonly string[], flags: RunOptions): Promise<Prepared> {
  const { env } = process;
  const cwd = workingFolder();
  const prepared = await prepareWorkflow(named, { cwd, env, nodes: flags.nodes }).catch((error: unknown) => {
    throw unquoted(error, words);
  });
  const inputs = await readInputs(prepared, words, env);
  const settings = readSettings(env);
  const defaultModel = flags.model ?? settings.default_model;
  const models = await createModelClient({
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
