// Runs `pflow resume` for a run in a database: workers let it go on, in the log that it has.
import { databaseUrl } from '../../engine/database.ts';
import { StoredRuns, type StoredRun } from '../../engine/stored-runs.ts';
import type { OpenNode } from '../../engine/step-names.ts';
import { PflowError } from '../../errors.ts';
import { shellWord } from '../../values/shell-word.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface StoredResumeFlags {
  readonly rerun: readonly string[];
  readonly skip?: readonly string[];
  readonly approve?: readonly string[];
  readonly deny?: readonly string[];
  readonly database?: string;
}

/** Throws RUN_UNKNOWN, RUN_ACTIVE, RUN_UNRESUMABLE, RERUN_UNCONFIRMED, APPROVAL_REQUIRED. */
export async function resumeStored(
  named: string,
  words: readonly string[],
  flags: StoredResumeFlags,
  terminal: Terminal,
): Promise<number> {
  if (words.length > 0) {
    throw new PflowError('USAGE', 'a run in a database goes on with the inputs that it has', {
      hint: 'Submit it with other inputs: that is another run.',
    });
  }
  const stored = await StoredRuns.open(databaseUrl(flags.database, process.env));
  try {
    const [run] = await stored.list([named]);
    if (run === undefined) return 2;
    requireStopped(run);
    requireApproval(run, flags);
    if (run.open !== undefined) await stored.decide(run.run, run.open, decisionOf(run, run.open, flags));
    for (const node of flags.approve ?? []) await stored.decideApproval(run.run, node, 'approve');
    for (const node of flags.deny ?? []) await stored.decideApproval(run.run, node, 'deny');
    await stored.goOn(run);
    terminal.out(`${JSON.stringify({ run: run.run, queue: run.queue })}\n`);
  } finally {
    await stored.close();
  }
  return 0;
}

function requireStopped({ run, state, error, canGoOn = false }: StoredRun): void {
  if (state === 'paused' || state === 'cancelled' || canGoOn) return;
  if (state === 'waiting' || state === 'running')
    throw new PflowError('RUN_ACTIVE', `run ${run} is ${state}`, { hint: 'It goes on by itself.' });
  const reason = state === 'broken' ? ` (${error ?? 'unknown error'})` : '';
  throw new PflowError('RUN_UNRESUMABLE', `run ${run} has ended${reason}`, {
    hint: `What is in its log can be continued here: pflow pull ${run} -o runs/, then pflow resume runs/${run}.ndjson.`,
  });
}

/** A run that waits goes on with a decision only. */
function requireApproval(
  { run, waiting }: StoredRun,
  { approve = [], deny = [] }: Pick<StoredResumeFlags, 'approve' | 'deny'>,
): void {
  const both = approve.find((node) => deny.includes(node));
  if (both !== undefined)
    throw new PflowError('USAGE', `node "${both}" cannot be both approved and denied`, { node_id: both });
  if (waiting === undefined || approve.includes(waiting) || deny.includes(waiting)) return;
  const word = shellWord(waiting);
  throw new PflowError('APPROVAL_REQUIRED', `node "${waiting}" waits for approval`, {
    node_id: waiting,
    hint: `Go on with pflow resume ${run} --db --approve ${word}, or end it with --deny ${word}.`,
  });
}

function decisionOf(
  { run }: StoredRun,
  { node }: OpenNode,
  { rerun, skip = [] }: StoredResumeFlags,
): 'rerun' | 'skip' {
  const other = [...rerun, ...skip].find((id) => id !== node);
  if (other !== undefined) {
    throw new PflowError('USAGE', `node "${other}" was not running when its worker ended; "${node}" was`, {
      node_id: node,
    });
  }
  if (rerun.length > 0 && skip.length > 0)
    throw new PflowError('USAGE', `node "${node}" cannot be both run again and skipped`);
  if (rerun.length > 0) return 'rerun';
  if (skip.length > 0) return 'skip';
  throw new PflowError(
    'RERUN_UNCONFIRMED',
    `node "${node}" was running when its worker ended, and may have acted`,
    {
      node_id: node,
      hint: `Look at what happened, then: pflow resume ${run} --db --rerun ${node}, or --skip ${node}.`,
    },
  );
}
