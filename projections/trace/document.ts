// Builds the trace of a run from the folded state.
import { createDisplayFilter } from './display-filter.ts';
import { toMilliseconds } from '../tally/milliseconds.ts';
import { keyChanges, mutationsOf } from './mutations.ts';
import { toNumber } from '../pricing/decimal.ts';
import { dollarDoubts } from '../pricing/ledger/ledger-doubts.ts';
import { isOfWorkflow, phaseDollars } from '../pricing/ledger/phase-dollars.ts';
import { sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { printedBytes } from './printed-bytes.ts';
import { runDuration, runStatus } from '../tally/run-progress.ts';
import { snapshotsOf } from './snapshots.ts';
import { present } from '../../src/values/present.ts';
import type { TraceNodeRecord } from './node-record.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import type { TraceState } from './state.ts';
import type { Trace } from './schema.ts';
import { toTraceCalls } from './trace-call.ts';
import { namespaceOf, toTraceNode } from './trace-node.ts';

/** Options of `createTrace`. */
export interface TraceOptions {
  readonly pricing: Pricing;
  /** Truncates longer strings; 1,000 by default. */
  readonly maxChars?: number;
  /**
   * Maximum size of a printed trace with whole snapshots, 10 MB by default. Above, snapshots have only changed keys.
   */
  readonly maxWholeBytes?: number;
}

const MAX_WHOLE_BYTES = 10_000_000;
/** Depth of the list of nodes in the printed trace. */
const NODES_DEPTH = 1;

export function traceDocument(state: TraceState, options: TraceOptions): Trace {
  const filter = createDisplayFilter(options.maxChars);
  const records = [...state.nodes.values()];
  const ranges = records.map(({ before, after, changes }) => {
    const own = changes.flatMap((position) => state.journal[position] ?? []);
    return { before, after, changes: keyChanges(own) };
  });
  const nodes = records.map((record, index) =>
    toTraceNode(record, {
      filter,
      mutations: mutationsOf(ranges[index]?.changes ?? [], namespaceOf(record)),
      llm_calls: toTraceCalls(record.calls, state.calls, { filter, pricing: options.pricing }),
      run_ms: state.progress.last_ms,
      written: state.written,
    }),
  );
  const budget = (options.maxWholeBytes ?? MAX_WHOLE_BYTES) - printedBytes(nodes, NODES_DEPTH);
  const snapshots = snapshotsOf(state.journal, ranges, { filter, budget });
  return {
    format_version: '1.0.0',
    execution_id: state.run,
    workflow_name: state.workflow_name,
    start_time: state.start_time,
    end_time: state.end_time,
    duration_ms: toMilliseconds(runDuration(state.progress)),
    final_status: runStatus(state.progress),
    nodes_executed: new Set(records.map(({ node_id }) => node_id)).size,
    nodes_failed: failedNodes(records),
    ...present({
      inputs: state.inputs === null ? undefined : (filter(state.inputs) as Record<string, unknown>),
      input_origins: state.input_origins ?? undefined,
    }),
    snapshots: snapshots.kind,
    nodes: nodes.map((node, index) => ({ ...node, ...snapshots.of[index] })),
    llm_summary: llmSummary(state),
    warnings: [...state.warnings],
  };
}

/** Counts nodes whose last visit did not complete. A failed item does not count if the batch went on. */
function failedNodes(records: readonly TraceNodeRecord[]): number {
  const last = new Map<string, boolean>();
  for (const { node_id, item, success } of records) {
    if (item === null || !last.has(node_id)) last.set(node_id, success === true);
  }
  return [...last.values()].filter((success) => !success).length;
}

function llmSummary({ ledger, calls, sent }: TraceState): Trace['llm_summary'] {
  const sum = sumLedger(ledger, isOfWorkflow);
  return {
    total_calls: new Set([...calls.keys(), ...sent]).size,
    failed_calls: sum.failed_calls,
    reused_calls: sum.reused_calls,
    total_tokens: toNumber(sum.tokens.total_tokens),
    total_cost_usd: phaseDollars(ledger).workflow,
    exact: sum.exact,
    doubts: dollarDoubts(ledger, isOfWorkflow),
    models_used: [...sum.models],
  };
}
