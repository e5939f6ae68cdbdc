// Builds one node of the trace, without its snapshots.
import { present } from '../../src/values/present.ts';
import type { DisplayFilter } from './display-filter.ts';
import { roundedMilliseconds } from '../tally/milliseconds.ts';
import { resolvedParams, type WrittenParams } from '../tally/written-params.ts';
import type { Mutations } from './mutations.ts';
import type { TraceNodeRecord } from './node-record.ts';
import type { TraceCall, TraceNode } from './schema.ts';

export interface TraceNodeFacts {
  readonly filter: DisplayFilter;
  readonly mutations: Mutations;
  readonly llm_calls: TraceCall[];
  /** `ms` of the last event of the run: a node without an end ran until then. */
  readonly run_ms: number;
  readonly written: WrittenParams;
}

const CUT_OFF = 'the run ended before this node did';

export function toTraceNode(record: TraceNodeRecord, facts: TraceNodeFacts): TraceNode {
  const { filter, llm_calls } = facts;
  const error = record.success === null ? CUT_OFF : record.error?.message;
  const last = llm_calls.at(-1);
  return {
    node_id: record.node_id,
    node_type: record.node_type,
    duration_ms: durationOf(record, facts.run_ms),
    success: record.success === true,
    shared_before: {},
    shared_after: {},
    mutations: facts.mutations,
    timestamp: record.last_at,
    params: filter(
      resolvedParams(
        facts.written,
        record.node_id,
        record.resolutions.map(({ data }) => data),
      ),
    ) as TraceNode['params'],
    template_resolutions: record.resolutions.map(({ data: { param, template, value } }) => ({
      param,
      template: filter(template),
      value: filter(value),
    })),
    llm_calls,
    ...present({
      llm_call: last === undefined ? undefined : { model: last.model, ...last.usage },
      error: error === undefined ? undefined : String(filter(error)),
      error_code: record.error?.code,
      visit: record.visit > 1 ? record.visit : undefined,
      item: record.item ?? undefined,
      attempts: record.retries > 0 ? record.retries + 1 : undefined,
      retried_because:
        record.retry_reasons.length > 0
          ? record.retry_reasons.map((text) => String(filter(text)))
          : undefined,
    }),
  };
}

/** The key of a node in the recorded store: its path. */
export function namespaceOf({ node_id }: TraceNodeRecord): string {
  return node_id;
}

function durationOf({ duration_ms, started_ms }: TraceNodeRecord, run_ms: number): number {
  return roundedMilliseconds(duration_ms ?? (started_ms === null ? 0 : run_ms - started_ms));
}
