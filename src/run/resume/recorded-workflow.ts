// Takes the workflow of a run from its log, as it was when it ran.
import { PflowError } from '../../errors.ts';
import type { EarlierRun } from './earlier-run.ts';

export type Ir = Readonly<Record<string, unknown>>;

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
  throw new PflowError('RUN_UNRESUMABLE', `run ${run} ended before there was a workflow to run`, {
    hint: 'Nothing of a workflow has run yet: run the sentence again.',
  });
}
