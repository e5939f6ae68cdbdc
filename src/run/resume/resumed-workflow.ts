// Finds the workflow of a resumed run: the file as it was, exactly, or with --from the file as it is now.
import { existsSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { readTextFile } from '../../home/text-file.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { isSameJson } from '../../values/same-json.ts';
import { parseJson } from '../../values/parse-json.ts';
import { present } from '../../values/present.ts';
import { checkWorkflow, type PreparedWorkflow, type WorkflowContext } from '../prepare-workflow.ts';
import { hashOf } from '../run-events.ts';
import type { EarlierRun } from './earlier-run.ts';

type Ir = Readonly<Record<string, unknown>>;

/** `isCurrent`: the file as it is now. Throws VALUE_NOT_KEPT, RUN_UNRESUMABLE, and what reading a workflow throws. */
export async function findResumedWorkflow(
  earlier: EarlierRun,
  isCurrent: boolean,
  context: WorkflowContext,
): Promise<PreparedWorkflow> {
  const { run, started, workflow } = earlier;
  const path = started?.workflow_path;
  const recorded = started?.ir ?? workflow?.ir;
  const hash = started?.workflow?.hash ?? workflow?.hash;
  if (recorded === undefined || hash === undefined) {
    throw new PflowError('RUN_UNRESUMABLE', `run ${run} ended before there was a workflow to run`, {
      hint: 'Nothing of a workflow has run yet: run the sentence again.',
    });
  }
  const name = workflow?.name ?? started?.workflow?.name ?? 'workflow';
  const text = textOf(path, recorded, { hash, isCurrent, run });
  const source = earlier.isPlanReused ? 'saved' : (started?.source ?? 'file');
  const found = { text, name, ...present({ path }) };
  const prepared = await checkWorkflow(
    { ...found, source: source === 'saved' ? 'saved' : 'file' },
    path ?? name,
    context,
  );
  return source === 'planner' ? { ...prepared, source } : prepared;
}

interface Wanted {
  readonly hash: string;
  readonly isCurrent: boolean;
  readonly run: string;
}

function textOf(path: string | undefined, recorded: Ir, { hash, isCurrent, run }: Wanted): string {
  const now = path === undefined || !existsSync(path) ? undefined : readTextFile(path, path);
  if (now !== undefined && path !== undefined && (isCurrent || hashOfText(now, path) === hash)) return now;
  if (isCurrent && path !== undefined) {
    throw new PflowError('FILE_NOT_FOUND', `the workflow file ${path} of run ${run} is gone`, {
      hint: 'Put it back; --from takes the workflow as it is now.',
      path,
    });
  }
  if (hashOf(recorded) === hash) return exactJsonText(recorded) ?? JSON.stringify(recorded);
  throw new PflowError(
    'VALUE_NOT_KEPT',
    `the workflow of run ${run} holds secrets, which its log does not have`,
    {
      hint:
        path === undefined
          ? 'Run it again with the workflow that was piped in or planned.'
          : `Put ${path} back as it was, or take it as it is now with --from NODE.`,
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

/** Ids of restored nodes whose definition is not the one that ran. */
export function findChangedNodes(
  restored: readonly { readonly node: string }[],
  now: Ir,
  before: Ir | undefined,
): readonly string[] {
  if (before === undefined) return [];
  const ids = [...new Set(restored.map(({ node }) => node))];
  return ids.filter((id) => !isSameJson(nodeOf(now, id), nodeOf(before, id)));
}

function nodeOf({ nodes }: Ir, id: string): unknown {
  return Array.isArray(nodes)
    ? nodes.find((node: { readonly id?: unknown } | null) => node?.id === id)
    : undefined;
}
