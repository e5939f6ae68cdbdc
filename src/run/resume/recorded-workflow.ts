// Takes the workflow of a run from its log, as it was when it ran.
import { PflowError } from '../../errors.ts';
import { readTextFile } from '../../home/text-file.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { parseJson } from '../../values/parse-json.ts';
import { present } from '../../values/present.ts';
import { hashOf } from '../run-events.ts';
import type { EarlierRun } from './earlier-run.ts';
import type { Ir } from '../../workflow/ir.ts';

export interface RecordedWorkflow {
  readonly run: string;
  readonly ir: Ir;
  readonly hash: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly isSaved: boolean;
  readonly isPlanned: boolean;
}

/** Throws RUN_UNRESUMABLE for a run that ended before there was a workflow. */
export function recordedWorkflow({ run, started, workflow, isPlanReused }: EarlierRun): RecordedWorkflow {
  const named = started?.workflow ?? workflow;
  const ir = started?.ir ?? workflow?.ir;
  if (started !== undefined && ir !== undefined && named !== undefined) {
    const { source, workflow_path: path } = started;
    const { name, hash } = named;
    const isSaved = source === 'saved' || isPlanReused;
    return {
      run,
      ir,
      hash,
      name,
      path,
      isSaved,
      isPlanned: source === 'planner' && !isSaved,
    };
  }
  throw noWorkflowError(run, started?.source === 'planner');
}

/** Without a planner a run records its workflow first, so the log lacks a part. */
function noWorkflowError(run: string, isPlanned: boolean): PflowError {
  return isPlanned
    ? new PflowError('RUN_UNRESUMABLE', `run ${run} ended before there was a workflow to run`, {
        hint: 'Nothing of a workflow has run yet: run the sentence again.',
      })
    : new PflowError('RUN_UNRESUMABLE', `the log of run ${run} does not hold its workflow`, {
        hint: 'Run the workflow again from its start.',
      });
}

/**
 * Returns the workflow as a text: its file while that is as it was, else what the log holds. `isCurrent`: the file as
 * it is now. Throws FILE_NOT_FOUND and VALUE_NOT_KEPT.
 */
export function workflowText({ run, ir, hash, path }: RecordedWorkflow, isCurrent: boolean): string {
  if (path !== undefined) {
    const now = readTextFile(path);
    if (now !== undefined && (isCurrent || hashOfText(now, path) === hash)) return now;
    if (isCurrent) {
      throw new PflowError('FILE_NOT_FOUND', `the workflow file ${path} of run ${run} is gone`, {
        hint: 'Put it back; --from takes the workflow as it is now.',
        path,
      });
    }
  }
  if (hashOf(ir) === hash) return exactJsonText(ir) ?? JSON.stringify(ir);
  const again =
    path === undefined
      ? 'Run it again with the workflow that was piped in or planned.'
      : `Put ${path} back as it was, or take it as it is now with --from NODE.`;
  throw new PflowError(
    'VALUE_NOT_KEPT',
    `the workflow of run ${run} holds secrets, which its log does not have`,
    {
      hint: again,
      ...present({ path }),
    },
  );
}

function hashOfText(text: string, path: string): string | undefined {
  try {
    return hashOf(parseJson(text, path) as Ir);
  } catch {
    return undefined;
  }
}
