// Adds events to the spans of a timeline. A span whose start is not in the log begins when its parent does, at the
// latest when it must have begun.
import type { ErrorData } from '../../src/events/error-data.ts';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { NodeEvent } from '../tally/node-tally.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import type { SpanRecord, TimelineState } from './state.ts';
import { entryOf } from '../tally/map-entry.ts';

type NewSpan = Pick<SpanRecord, 'id' | 'parent' | 'kind' | 'name' | 'start_ms'> &
  Partial<Pick<SpanRecord, 'node' | 'visit' | 'item' | 'attempt'>>;

/** Returns the span with that id, and adds it first if it is new. */
function ensureSpan(state: TimelineState, span: NewSpan): SpanRecord {
  // A log may have many spans: each spread would copy one more object.
  return entryOf(state.spans, span.id, (): SpanRecord => ({
    id: span.id,
    parent: span.parent,
    kind: span.kind,
    name: span.name,
    node: span.node ?? null,
    visit: span.visit ?? 1,
    item: span.item ?? null,
    attempt: span.attempt ?? 1,
    start_ms: span.start_ms,
    end_ms: null,
    status: null,
    error: null,
    tokens: null,
    cost_usd: undefined,
    exact: undefined,
    doubts: undefined,
    is_sent: false,
    wait_ms: null,
    last_attempt: 0,
  }));
}

function ensureRun(state: TimelineState): SpanRecord {
  return ensureSpan(state, { id: 'run', parent: null, kind: 'run', name: UNNAMED, start_ms: 0 });
}

function ensurePhase(state: TimelineState, phase: 'planner' | 'workflow', ms: number): SpanRecord {
  ensureRun(state);
  return ensureSpan(state, { id: phase, parent: 'run', kind: phase, name: phase, start_ms: ms });
}

function visitKey(event: LogEvent, node: string): string {
  return `${phaseOf(event)}:${node}`;
}

/** The id of a visit. Planner nodes and workflow nodes may have the same name. */
function visitId(event: LogEvent): string {
  const prefix = phaseOf(event) === 'planner' ? 'planner-node' : 'node';
  return `${prefix}:${event.node ?? ''}#${String(event.visit ?? 1)}`;
}

/** The id of a visit, or of one of its items. */
function placeId(visit: string, item: number | undefined): string {
  return item === undefined ? visit : `item:${visit}[${String(item)}]`;
}

/** Returns the id of the span around a node: a nested workflow, its node, or the phase. */
function parentOfNode(state: TimelineState, event: LogEvent, ms: number): string {
  const node = event.node ?? '';
  const slash = node.lastIndexOf('/');
  const outer = slash < 0 ? undefined : state.visits.get(visitKey(event, node.slice(0, slash)));
  if (outer === undefined) return ensurePhase(state, phaseOf(event), ms).id;
  // The outer node may run once for each item.
  const candidates = [`workflow:${placeId(outer, event.item)}`, `workflow:${outer}`];
  return candidates.find((id) => state.spans.has(id)) ?? onlyItemWorkflow(state, outer) ?? outer;
}

/** An inner batch numbers its own items: of parallel items, nothing names the one that it is in. */
function onlyItemWorkflow(state: TimelineState, visit: string): string | undefined {
  const [first, ...others] = openItemWorkflows(state, visit);
  return others.length === 0 ? first : undefined;
}

function openItemWorkflows({ itemWorkflows, spans }: TimelineState, visit: string): string[] {
  return (itemWorkflows.get(visit) ?? []).filter((id) => spans.get(id)?.end_ms === null);
}

/** Returns the span of the visit or item to which an event belongs. */
function ensureNode(state: TimelineState, event: LogEvent, ms: number): SpanRecord {
  const { node = '', visit = 1, item } = event;
  const id = visitId(event);
  const place = { name: node, node, visit };
  if (item === undefined) {
    const known = state.spans.get(id);
    if (known !== undefined) return known;
    const parent = parentOfNode(state, event, ms);
    state.visits.set(visitKey(event, node), id);
    return ensureSpan(state, { id, parent, kind: 'node', start_ms: ms, ...place });
  }
  const itemId = placeId(id, item);
  const known = state.spans.get(itemId);
  if (known !== undefined) return known;
  const parent = state.spans.has(id) ? id : parentOfNode(state, event, ms);
  return ensureSpan(state, { id: itemId, parent, kind: 'item', start_ms: ms, item, ...place });
}

function attemptId(around: string, attempt: number): string {
  return `attempt:${around}.${String(attempt)}`;
}

function ensureAttempt(
  state: TimelineState,
  around: SpanRecord,
  attempt: number,
  start_ms: number,
): SpanRecord {
  const { name, node, visit, item } = around;
  const id = attemptId(around.id, attempt);
  around.last_attempt = Math.max(around.last_attempt, attempt);
  const place = { name, node, visit, item, attempt };
  return ensureSpan(state, { id, parent: around.id, kind: 'attempt', start_ms, ...place });
}

export function addNodeEvent(state: TimelineState, event: NodeEvent): void {
  switch (event.type) {
    case 'node.started': {
      ensureNode(state, event, event.ms);
      return;
    }
    case 'node.retried':
      addRetry(state, event);
      return;
    case 'node.completed':
    case 'node.failed': {
      const span = ensureNode(state, event, Math.max(0, event.ms - event.data.duration_ms));
      span.end_ms = event.ms;
      span.status = event.type === 'node.completed' ? 'completed' : statusOfFailure(event.data.error);
      span.error = event.type === 'node.failed' ? event.data.error.message : null;
      endLastAttempt(state, span);
      return;
    }
    default:
      event satisfies never;
  }
}

/** What a signal ended has not failed by itself. */
function statusOfFailure({ code }: ErrorData): 'failed' | 'interrupted' {
  return code === 'INTERRUPTED' ? 'interrupted' : 'failed';
}

/** Ends the attempt that failed, and starts the next one after its pause. */
function addRetry(state: TimelineState, event: EventOf<'node.retried'>): void {
  const around = ensureNode(state, event, event.ms);
  const number = event.attempt ?? 1;
  const attempt = ensureAttempt(state, around, number, around.start_ms);
  // A pause may end a little early.
  attempt.start_ms = Math.min(attempt.start_ms, event.ms);
  attempt.end_ms = event.ms;
  attempt.status = 'failed';
  attempt.error = event.data.error.message;
  attempt.wait_ms = event.data.wait_ms;
  ensureAttempt(state, around, number + 1, event.ms + event.data.wait_ms);
}

function endLastAttempt(state: TimelineState, around: SpanRecord): void {
  const span = state.spans.get(attemptId(around.id, around.last_attempt));
  if (span === undefined || span.status !== null) return;
  span.end_ms = around.end_ms;
  span.start_ms = Math.min(span.start_ms, around.end_ms ?? span.start_ms);
  span.status = around.status;
  span.error = around.error;
}

/** The start of a call: its prompt, at trace level, or its request. */
export function startCall(state: TimelineState, event: EventOf<'llm.prompted'> | EventOf<'llm.sent'>): void {
  const span = ensureCall(state, event, event.ms);
  if (event.type !== 'llm.sent') return;
  span.is_sent = true;
  state.has_sent = true;
}

export interface CallEnd {
  readonly tokens: SpanRecord['tokens'];
  /** US dollars; null if unknown. */
  readonly cost_usd: string | null;
  readonly exact: boolean;
  readonly doubts: SpanRecord['doubts'];
}

export function endCall(state: TimelineState, event: ModelCall, end: CallEnd): void {
  const span = ensureCall(state, event, Math.max(0, event.ms - event.data.duration_ms));
  if (span.status !== null) return;
  span.end_ms = event.ms;
  span.status = event.type === 'llm.completed' ? 'completed' : 'failed';
  span.error = event.type === 'llm.failed' ? event.data.error.message : null;
  span.tokens = end.tokens;
  span.cost_usd = end.cost_usd;
  span.exact = end.exact;
  span.doubts = end.doubts;
}

function ensureCall(
  state: TimelineState,
  event: EventOf<'llm.prompted'> | EventOf<'llm.sent'> | ModelCall,
  start_ms: number,
): SpanRecord {
  const { call, model } = event.data;
  const id = `call:${String(call)}`;
  const known = state.spans.get(id);
  if (known !== undefined) return known;
  const { node, visit = 1, item, attempt = 1 } = event;
  const around =
    node === undefined ? ensurePhase(state, phaseOf(event), start_ms) : ensureNode(state, event, start_ms);
  const attempted = attemptId(around.id, attempt);
  const parent = state.spans.has(attempted) ? attempted : around.id;
  const place = { node: node ?? null, visit, item: item ?? null, attempt };
  return ensureSpan(state, { id, parent, kind: 'call', name: model, start_ms, ...place });
}

/** Adds the start or the end of the run or of a workflow. */
export function addFrameEvent(state: TimelineState, event: LogEvent): void {
  switch (event.type) {
    case 'run.started':
      nameRun(state, event.data.workflow?.name);
      return;
    case 'run.completed':
      endRun(state, event);
      return;
    case 'planner.started':
      ensurePhase(state, 'planner', event.ms);
      return;
    case 'planner.completed':
      endSpan(ensurePhase(state, 'planner', event.ms), event, event.data.error?.message ?? null);
      return;
    case 'workflow.started':
      startWorkflow(state, event);
      return;
    case 'workflow.completed': {
      const id = event.node === undefined ? 'workflow' : `workflow:${placeId(visitId(event), event.item)}`;
      endSpan(state.spans.get(id) ?? ensurePhase(state, 'workflow', event.ms), event, null);
      return;
    }
    default:
  }
}

const UNNAMED = 'run';

/** Keeps the first name. */
function nameRun(state: TimelineState, name: string | undefined): void {
  const run = ensureRun(state);
  if (run.name === UNNAMED && name !== undefined) run.name = name;
}

function endRun(state: TimelineState, { ms, data }: EventOf<'run.completed'>): void {
  const run = ensureRun(state);
  run.end_ms = ms;
  run.status = data.status === 'success' ? 'completed' : data.status;
  run.error = data.error?.message ?? null;
  state.ended = data.status;
}

function startWorkflow(state: TimelineState, event: EventOf<'workflow.started'>): void {
  const { name } = event.data;
  if (event.node === undefined) {
    ensurePhase(state, 'workflow', event.ms).name = name;
    nameRun(state, name);
    return;
  }
  const around = ensureNode(state, event, event.ms);
  const { node, visit, item } = around;
  const id = `workflow:${around.id}`;
  const place = { node, visit, item };
  ensureSpan(state, { id, parent: around.id, kind: 'workflow', name, start_ms: event.ms, ...place });
  if (event.item === undefined) return;
  const batch = visitId(event);
  state.itemWorkflows.set(batch, [...openItemWorkflows(state, batch), id]);
}

function endSpan(
  span: SpanRecord,
  event: EventOf<'planner.completed'> | EventOf<'workflow.completed'>,
  error: string | null,
): void {
  span.end_ms = event.ms;
  span.status = event.data.status === 'failed' ? 'failed' : 'completed';
  span.error = error;
}
