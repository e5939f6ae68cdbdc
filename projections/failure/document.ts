// Builds the failure of a run from the folded state.
import { present } from '../../src/values/present.ts';
import { runStatus } from '../tally/run-progress.ts';
import { resolvedParams } from '../tally/written-params.ts';
import type { Failure } from './schema.ts';
import type { EndedNode, FailedNode, FailureState, NodeAttempt } from './state.ts';

type NodeFacts = Omit<
  Failure,
  'run' | 'workflow' | 'workflow_path' | 'status' | 'signal' | 'error' | 'warnings'
>;

const NO_NODE: NodeFacts = {
  node: null,
  node_type: null,
  visit: null,
  item: null,
  attempts: [],
  params: {},
  reads: [],
  predecessors: [],
  started_seq: null,
  failed_seq: null,
};

/** Returns null for a run that succeeded. */
export function failureDocument(state: FailureState): Failure | null {
  const status = runStatus(state.progress);
  if (status === 'success') return null;
  const { run, workflow, workflow_path, signal, warnings } = state;
  const found = nodeOf(state, status);
  return {
    run,
    workflow,
    ...(workflow_path === null ? {} : { workflow_path }),
    status,
    ...(signal === null ? {} : { signal }),
    error: errorOf(state, found),
    ...(found === null ? NO_NODE : factsOf(state, found)),
    warnings: [...warnings],
  };
}

/** The end of the run has the hint: it knows how the whole of it failed. */
function errorOf({ runError }: FailureState, found: FailedNode | NodeAttempt | null): Failure['error'] {
  if (found === null || !('error' in found)) return runError;
  return { ...found.error, ...present({ hint: runError?.hint }) };
}

function factsOf(state: FailureState, found: FailedNode | NodeAttempt): NodeFacts {
  const { node, node_type, visit, item, attempts, reads, resolved, outputs, started_seq } = found;
  return {
    node,
    node_type,
    visit,
    item,
    attempts: [...attempts],
    params: resolvedParams(state.written, node, resolved),
    reads: [...reads],
    ...(outputs === null ? outputsOf(state, node) : { outputs }),
    predecessors: predecessorsOf(state, found),
    started_seq,
    failed_seq: 'failed_seq' in found ? found.failed_seq : null,
  };
}

/** Chooses the node that failed, or the one that ran when the run ended. */
function nodeOf(state: FailureState, status: Failure['status']): FailedNode | NodeAttempt | null {
  const open = [...state.open.values()].at(-1) ?? null;
  if (status === 'failed') return state.failed ?? open;
  if (open !== null) return open;
  // The signal made the node fail.
  return status === 'interrupted' || status === 'denied' ? state.failed : null;
}

/** The part of the store that belongs to the node: its path. */
function outputsOf({ store }: FailureState, node: string): { outputs?: unknown } {
  const outputs = store.root.get(node);
  return outputs === undefined ? {} : { outputs };
}

function predecessorsOf(state: FailureState, found: NodeAttempt): Failure['predecessors'] {
  const read = found.reads.flatMap(({ node }) => (node === undefined ? [] : [state.ends.get(node)]));
  const ended = new Map<string, EndedNode>();
  for (const one of [...read, found.before]) {
    if (one !== null && one !== undefined && one.node !== found.node) ended.set(one.node, one);
  }
  return [...ended.values()].map(({ node, visit, status }) => ({
    node,
    ...present({ visit: visit > 1 ? visit : undefined }),
    status,
    ...outputsOf(state, node),
  }));
}
