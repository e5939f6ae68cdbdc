// Records the events of nodes for the trace: one record for each visit and batch item.
import type { ErrorData } from '../../src/events/error-data.ts';
import { addReasons } from '../tally/node-tally.ts';
import type { EventOf, LogEvent } from '../../src/events/event.ts';

export interface TraceNodeRecord {
  readonly node_id: string;
  readonly visit: number;
  readonly item: number | null;
  node_type: string | null;
  started_ms: number | null;
  /** Wall clock and `ms` of its last event. */
  last_at: string;
  last_ms: number;
  duration_ms: number | null;
  success: boolean | null;
  error: ErrorData | null;
  retries: number;
  /** Messages of the errors that were retried, each once. */
  readonly retry_reasons: string[];
  /** Positions in the journal of the store before and after the node. */
  readonly before: number;
  after: number;
  /** Positions of its own changes. */
  readonly changes: number[];
  readonly resolutions: EventOf<'template.resolved'>[];
  /** Numbers of its model calls. */
  readonly calls: number[];
}

const NODE_EVENT_TYPES: ReadonlySet<string> = new Set([
  'node.started',
  'node.completed',
  'node.failed',
  'node.retried',
  'node.restored',
  'llm.prompted',
  'llm.completed',
  'llm.failed',
  'llm.answered',
  'template.resolved',
  'store.changed',
]);

/** Adds the event to the record of its node. `position` is the current end of the journal. */
export function recordNodeEvent(
  nodes: Map<string, TraceNodeRecord>,
  event: LogEvent,
  position: number,
): TraceNodeRecord | undefined {
  if (event.node === undefined || !NODE_EVENT_TYPES.has(event.type)) return undefined;
  const { node, visit = 1, item = null } = event;
  const key = JSON.stringify([node, visit, item]);
  let record = nodes.get(key);
  if (record === undefined) {
    record = newRecord({ node_id: node, visit, item, before: position });
    nodes.set(key, record);
  }
  record.after = position;
  record.last_at = event.at;
  record.last_ms = event.ms;
  addEvent(record, event);
  return record;
}

function newRecord(place: Pick<TraceNodeRecord, 'node_id' | 'visit' | 'item' | 'before'>): TraceNodeRecord {
  return {
    ...place,
    node_type: null,
    started_ms: null,
    last_at: '',
    last_ms: 0,
    duration_ms: null,
    success: null,
    error: null,
    retries: 0,
    retry_reasons: [],
    after: place.before,
    changes: [],
    resolutions: [],
    calls: [],
  };
}

function addEvent(record: TraceNodeRecord, event: LogEvent): void {
  switch (event.type) {
    case 'node.started':
      record.node_type = event.data.node_type;
      record.started_ms ??= event.ms;
      return;
    case 'node.completed':
    case 'node.failed':
      record.node_type = event.data.node_type;
      record.duration_ms = (record.duration_ms ?? 0) + event.data.duration_ms;
      record.success = event.type === 'node.completed';
      record.error = event.type === 'node.failed' ? event.data.error : null;
      return;
    case 'node.restored':
      record.node_type = event.data.node_type;
      record.started_ms ??= event.ms;
      record.duration_ms ??= 0;
      record.success = event.data.action !== 'error';
      return;
    case 'node.retried':
      record.retries += 1;
      addReasons(record.retry_reasons, [event.data.error.message]);
      return;
    case 'template.resolved':
      record.resolutions.push(event);
      return;
    default:
  }
}
