// Compares two runs of a workflow: file, inputs, path taken, prompts, answers, outputs, store, time, tokens and cost.
import { lookUpPath } from '../../../projections/failure/find-references.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';
import { present } from '../../values/present.ts';
import { isSameJson } from '../../values/same-json.ts';
import type { RunFacts } from './run-facts.ts';
import { isObject } from '../../values/json-fields.ts';

export interface Change {
  /** What differs, such as `inputs.topic`. */
  readonly what: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface RunDiff {
  readonly a: RunSummary;
  readonly b: RunSummary;
  readonly same_file: boolean;
  readonly same_path: boolean;
  readonly same_outputs: boolean;
  readonly changes: readonly Change[];
  readonly nodes: readonly NodeDiff[];
}

export interface RunSummary {
  readonly run: string;
  readonly workflow: string | null;
  readonly status: string;
  readonly file: string;
  readonly duration_ms: number;
  readonly tokens: number;
  /** Exact decimal. */
  readonly cost_usd: string;
  readonly exact: boolean;
  /** About the cost; absent without any. */
  readonly doubts?: RunRow['doubts'];
}

export interface NodeDiff {
  readonly node: string;
  readonly status: readonly [string | null, string | null];
  readonly duration_ms: readonly [number, number];
  readonly cost_usd: readonly [number, number];
}

export function compareRuns(a: RunFacts, b: RunFacts): RunDiff {
  const outputs = changesIn('outputs', a.outputs, b.outputs);
  const path = changesIn('path', a.path, b.path);
  return {
    a: summaryOf(a),
    b: summaryOf(b),
    same_file: a.hash === b.hash,
    same_path: path.length === 0,
    same_outputs: outputs.length === 0,
    changes: [
      ...changesIn('status', a.row.status, b.row.status),
      ...changesIn('file', a.ir, b.ir),
      ...changesIn('inputs', a.inputs, b.inputs),
      ...changesIn('origins', a.origins, b.origins),
      ...path,
      ...changesIn('prompts', a.prompts, b.prompts),
      ...changesIn('answers', a.answers, b.answers),
      ...outputs,
      ...changesIn('store', a.store, b.store),
    ],
    nodes: nodeDiffs(a, b),
  };
}

function summaryOf({ row }: RunFacts): RunSummary {
  const { run, workflow, status, file, duration_ms, tokens, cost_usd, exact, doubts } = row;
  return { run, workflow, status, file, duration_ms, tokens, cost_usd, exact, ...present({ doubts }) };
}

/** Lists what differs, as deep as both sides are objects. */
function changesIn(what: string, before: unknown, after: unknown): Change[] {
  if (isSameJson(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [{ what, ...present({ before }), ...present({ after }) }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    changesIn(`${what}.${key}`, lookUpPath(before, [key]), lookUpPath(after, [key])),
  );
}

const NOT_RUN = { status: null, duration_ms: 0, cost_usd: 0 };

function nodeDiffs(a: RunFacts, b: RunFacts): NodeDiff[] {
  const ids = [...new Set([...a.steps.keys(), ...b.steps.keys()])];
  return ids.map((node) => {
    const before = a.steps.get(node) ?? NOT_RUN;
    const after = b.steps.get(node) ?? NOT_RUN;
    return {
      node,
      status: [before.status, after.status],
      duration_ms: [before.duration_ms, after.duration_ms],
      cost_usd: [before.cost_usd, after.cost_usd],
    };
  });
}
