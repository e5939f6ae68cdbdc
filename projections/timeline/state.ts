// Defines the state of the timeline: spans by id in the order of their start.
import type { RunEnd } from '../../src/events/run-status.ts';
import type { TimelineSpan } from './schema.ts';

/** A span as it is known so far; `end_ms` is null until its end was read. */
export interface SpanRecord {
  readonly id: string;
  readonly parent: string | null;
  readonly kind: TimelineSpan['kind'];
  name: string;
  readonly node: string | null;
  readonly visit: number;
  readonly item: number | null;
  readonly attempt: number;
  start_ms: number;
  end_ms: number | null;
  status: 'completed' | Exclude<RunEnd, 'success'> | null;
  error: string | null;
  tokens: { readonly input: number; readonly output: number } | null;
  /** Of calls; undefined for all others. */
  cost_usd: string | null | undefined;
  /** Of a call: its request is on its way, and may be billed. */
  is_sent: boolean;
  /** Of a call that ended. */
  exact: boolean | undefined;
  /** Of a call that ended; undefined without any. */
  doubts: TimelineSpan['doubts'];
  wait_ms: number | null;
  /** Number of its last attempt with a span; 0 without one. */
  last_attempt: number;
}

export interface TimelineState {
  readonly spans: Map<string, SpanRecord>;
  /** Ids of the last visits, by phase and node: the parents of nodes of a nested workflow. */
  readonly visits: Map<string, string>;
  /** Open nested workflows of items: their ids, by the visit of the batch. */
  readonly itemWorkflows: Map<string, readonly string[]>;
  ended: RunEnd | null;
  /** The run records which requests were sent. */
  has_sent: boolean;
  last_ms: number;
}

export function emptyTimeline(): TimelineState {
  return {
    spans: new Map(),
    visits: new Map(),
    itemWorkflows: new Map(),
    ended: null,
    has_sent: false,
    last_ms: 0,
  };
}
