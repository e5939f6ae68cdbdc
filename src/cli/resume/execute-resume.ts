// Runs `pflow resume`, from the words of the command line to the exit code.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PflowError } from '../../errors.ts';
import { defaultLogs } from '../../home/default-logs.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { workingFolder } from '../../home/paths.ts';
import { mayLimitNested } from '../../run/nested/nested-limits.ts';
import { prepareResume, type PreparedResume } from '../../run/resume/prepare-resume.ts';
import { releaseWhenVisible } from '../../run/resume/resume-lock.ts';
import type { UnfinishedEffect } from '../../run/resume/unfinished-effects.ts';
import { present } from '../../values/present.ts';
import { requireOutput } from '../../workflow/require-output.ts';
import type { DatabaseFlags } from '../database-options.ts';
import { parseInputWords } from '../run/read-inputs.ts';
import { recordedArgv } from '../run/recorded-argv.ts';
import type { RunOptions } from '../run/run-options.ts';
import { openSession, runToEnd } from '../run/session.ts';
import { findRun } from '../show/find-run.ts';
import { confirmAction } from '../terminal/confirm.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printResumePlan } from './resume-plan.ts';

export interface ResumeFlags extends RunOptions, DatabaseFlags {
  readonly skip?: readonly string[];
  readonly from?: string;
  readonly keepChanged?: boolean;
  readonly rerun: readonly string[];
  readonly dryRun?: boolean;
}

const DEFAULT_RUN = 'last-failed';

export async function executeResume(
  named: string,
  words: readonly string[],
  flags: ResumeFlags,
  terminal: Terminal,
): Promise<number> {
  refuseFlags(flags);
  // `pflow resume topic=x` means the last failed run.
  const isInput = named.includes('=') && !existsSync(named) && words.every((word) => word.includes('='));
  const reference = isInput ? DEFAULT_RUN : named;
  const given = parseInputWords(isInput ? [named, ...words] : words);
  const prepared = await prepare(reference, given, flags, terminal);
  try {
    const { request } = prepared;
    if (flags.outputKey !== undefined)
      requireOutput({ ...request, ...present({ children: request.nested?.children }) }, flags.outputKey);
    if (flags.dryRun !== true) return await run(prepared, flags, terminal);
    await printResumePlan(prepared, flags, terminal);
    return 0;
  } finally {
    prepared.lock.release();
  }
}

/** The log that is resumed goes first into `log`, unless the user names another place. */
interface Prepared extends PreparedResume {
  readonly file: string;
}

function refuseFlags(flags: ResumeFlags): void {
  const { logLevel, save, tracePlanner, keepChanged, from, history, dryRun, skip = [] } = flags;
  const reasons: readonly (readonly [boolean, string, string])[] = [
    [
      logLevel === 'metrics',
      '--log-level metrics',
      'a resumed run keeps what its nodes write, to be resumed again',
    ],
    [save !== undefined, '--save', 'it is for a sentence'],
    [tracePlanner === true, '--trace-planner', 'a resumed run plans nothing'],
    [
      keepChanged === true && from === undefined,
      '--keep-changed',
      'without --from the workflow is as it was',
    ],
    [history !== undefined && dryRun !== true, '--history', 'it is for --dry-run'],
    [skip.length > 0, '--skip', 'it is for a run in a database (--db)'],
  ];
  const [found] = reasons.filter(([isGiven]) => isGiven);
  if (found === undefined) return;
  const [, flag, reason] = found;
  throw new PflowError('USAGE', `${flag} cannot be used here: ${reason}`, { hint: `Leave out ${flag}.` });
}

async function prepare(
  named: string,
  given: Readonly<Record<string, string>>,
  flags: ResumeFlags,
  terminal: Terminal,
): Promise<Prepared> {
  const { env } = process;
  const logs = (): readonly string[] => defaultLogs(env);
  const { run } = await findRun(named, logs, loadPricing({}));
  const { file } = run;
  const prepared = await prepareResume(
    { path: file, run: run.run },
    {
      ...flags,
      named: file,
      given,
      cwd: workingFolder(),
      env,
      argv: recordedArgv(process.argv.slice(2), named),
      ...present({ tags: flags.tag, confirm: confirmRerun(flags, terminal) }),
    },
  );
  return { ...prepared, file };
}

/** Prompts on a terminal only; `--yes` confirms no node that may have acted. */
function confirmRerun(
  { dryRun }: ResumeFlags,
  terminal: Terminal,
): ((effects: readonly UnfinishedEffect[]) => Promise<boolean>) | undefined {
  if (dryRun === true) return () => Promise.resolve(true);
  if (!terminal.errIsTerminal || !process.stdin.isTTY) return undefined;
  return (effects) =>
    confirmAction(
      {
        lines: effects.map(({ node, what }) => `  ${node}  ${what}`),
        prompt: effects.length === 1 ? 'Run it again?' : 'Run them again?',
      },
      terminal,
      new AbortController().signal,
    );
}

async function run(
  { request: prepared, changed, file, lock, earlier }: Prepared,
  flags: ResumeFlags,
  terminal: Terminal,
): Promise<number> {
  const { savedAs, ...request } = prepared;
  const { workflow, name } = request;
  const session = await openSession({
    flags: { ...flags, log: flags.log ?? `${dirname(file)}/` },
    terminal,
    heading: { name, nodes: workflow.nodes.map(({ id }) => id) },
    maxCost: flags.maxCost ?? workflow.max_cost_usd,
    mayLimitCost: mayLimitNested(request),
  });
  releaseWhenVisible(lock, { path: file, run: earlier.run }, session.log);
  if (changed.length > 0 && flags.print !== true)
    terminal.err(formatLabelledLine('warning', `kept although changed: ${changed.join(', ')}`));
  return runToEnd(session, request, savedAs);
}
