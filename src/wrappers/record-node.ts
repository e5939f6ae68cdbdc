// Runs a node through a recorder: either the node runs and its record is kept, or what an earlier run recorded takes
// its place in the store and in the log.
import type { EventDraft, EventPlace, LogEvent } from '../events/event.ts';
import type { StorePatch } from '../events/content-events.ts';
import type { Action, NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import type { Node } from '../flow/node.ts';
import type { EventLog } from '../log/write/event-log.ts';
import { present } from '../values/present.ts';
import { applyPatchesInPlace, restoreInexact } from './apply-patches.ts';
import type { KeyWriters } from './namespaced.ts';
import type { NodeRecord, Recorder } from './recorder.ts';

/** What the nodes of a resumed run share. */
export interface ResumedNodes {
  readonly recorder: Recorder;
  /** Precedes the keys of the store in records: the path of a nested workflow. */
  readonly prefix?: string;
  readonly writers: KeyWriters;
  readonly visits: Map<string, number>;
  /** Adds a call of the earlier run to the history of calls in the store. */
  readonly addCall: (call: EventDraft & { readonly type: 'llm.completed' }) => void;
  /** The hash of the type, the resolved params and the definition of a node. */
  readonly fingerprintOf: (node: Node<never>, shared: SharedStore, context: NodeContext) => string;
}

interface RecordedNode {
  readonly resumed: ResumedNodes;
  readonly log: EventLog;
  readonly place: EventPlace;
  readonly node: Pick<Node<never>, 'id' | 'type'>;
  readonly observer: NodeObserver;
  /** Appends the changes of the store that were reported to the observer. */
  readonly appendChanges: () => void;
  /** Takes changes as known that the log has already. */
  readonly adoptChanges: () => void;
  /** Runs the node and records it. */
  readonly observe: () => Promise<Action>;
}

export async function recordNode(
  recorded: RecordedNode,
  shared: SharedStore,
  context: NodeContext,
): Promise<Action> {
  const { resumed, place, node } = recorded;
  const { node: path = node.id, visit = 1, item } = place;
  const fingerprint = (): string => resumed.fingerprintOf(node as Node<never>, shared, context);
  const at = item === undefined ? { node: path, visit } : { node: path, visit, item };
  const record = await resumed.recorder.node(at, fingerprint, () => runNode(recorded));
  if (record.isRepeated === true) changeStore(record, recorded, shared, context);
  else if (record.from !== undefined) restoreNode(record, record.from, recorded, shared, context);
  if (record.thrown !== undefined) throw record.thrown;
  if (record.endsLoop === true && context.loop !== undefined) endLoop(context.loop);
  return record.action;
}

function endLoop(state: NonNullable<NodeContext['loop']>): void {
  state.stopped = 'condition';
  state.isDecided = true;
}

/** Returns what the node left behind. */
async function runNode({ log, place, observe }: RecordedNode): Promise<NodeRecord> {
  const events: EventDraft[] = [];
  const patches: StorePatch[] = [];
  const stop = log.subscribe((event) => {
    if (!isAt(event, place)) return;
    if (event.type === 'store.changed') patches.push(...event.data.patches);
    else if (event.type === 'item.produced') patches.push(...patchesOfItem(event.data.outputs));
    else events.push(draftOf(event));
  });
  try {
    return { action: await observe(), patches, events };
  } finally {
    stop();
  }
}

/** Turns the outputs of an item into changes of its part of the store. */
export function patchesOfItem(outputs: SharedStore): StorePatch[] {
  return Object.entries(outputs).map(([key, value]) => ({ op: 'add', path: [key], value }));
}

export function draftOf({ seq: _seq, run: _run, at: _at, ms: _ms, ...draft }: LogEvent): EventDraft {
  return draft;
}

function isAt(event: LogEvent, { node, visit = 1, item }: EventPlace): boolean {
  return event.node === node && (event.visit ?? 1) === visit && event.item === item;
}

/** Of these the run that made the calls has warned. */
const WARNINGS_OF_CALLS: ReadonlySet<string> = new Set(['COST_UNKNOWN', 'USAGE_CONTRADICTORY']);

function restoreNode(
  record: NodeRecord,
  from: NonNullable<NodeRecord['from']>,
  recorded: RecordedNode,
  shared: SharedStore,
  context: NodeContext,
): void {
  const { log, place, node } = recorded;
  changeStore(record, recorded, shared, context);
  raiseWarnings(record.events, node.id, context);
  const { action, fingerprint, workflows } = record;
  const known = present({ fingerprint, workflows: workflows === undefined ? undefined : { ...workflows } });
  const data = { node_type: node.type, action, from: { ...from }, ...known };
  log.append({ type: 'node.restored', ...place, data });
}

/** Makes the recorded changes. They are appended unless the log has them already. */
function changeStore(
  record: NodeRecord,
  recorded: RecordedNode,
  shared: SharedStore,
  context: NodeContext,
): void {
  const { resumed, log, place, node, observer } = recorded;
  const { patches, inexact, events, visits = [] } = withoutPrefix(record, resumed.prefix);
  for (const [key, visit] of visits) resumed.visits.set(key, visit);
  const isInside = resumed.prefix !== undefined || place.item !== undefined;
  if (isInside) addCalls(resumed, events);
  if (context.itemOutputs !== undefined && place.item !== undefined) {
    const { outputs } = context.itemOutputs;
    applyPatchesInPlace(outputs, patches);
    restoreInexact(outputs, inexact);
    if (record.isRepeated === true) return;
    const data = { outputs: { ...outputs }, ...(inexact === undefined ? {} : { inexact: [...inexact] }) };
    log.append({ type: 'item.produced', ...place, data });
    return;
  }
  applyPatchesInPlace(shared, patches);
  restoreInexact(shared, inexact);
  for (const { path } of patches) touch(observer, path);
  noteWriters(resumed.writers, node.id, patches);
  if (record.isRepeated === true) recorded.adoptChanges();
  else recorded.appendChanges();
}

function addCalls(resumed: RecordedNode['resumed'], events: NodeRecord['events']): void {
  for (const event of events) if (event.type === 'llm.completed') resumed.addCall(event);
}

function raiseWarnings(events: NodeRecord['events'], node: string, context: NodeContext): void {
  for (const event of events) {
    if (event.type !== 'warning.raised' || WARNINGS_OF_CALLS.has(event.data.code)) continue;
    context.warn?.({ ...event.data, node_id: node });
  }
}

function withoutPrefix(record: NodeRecord, prefix: string | undefined): NodeRecord {
  if (prefix === undefined) return record;
  const strip = <T extends { readonly path: StorePatch['path'] }>(one: T): T => {
    const [key = '', ...rest] = one.path;
    return { ...one, path: [String(key).slice(prefix.length), ...rest] };
  };
  const { inexact } = record;
  const patches = record.patches.map(strip);
  return { ...record, patches, ...(inexact === undefined ? {} : { inexact: inexact.map(strip) }) };
}

function noteWriters(writers: KeyWriters, node: string, patches: readonly StorePatch[]): void {
  for (const { op, path } of patches) {
    const [key, ...inner] = path;
    if (key === undefined || inner.length > 0) continue;
    if (op === 'remove') writers.delete(String(key));
    else writers.set(String(key), node);
  }
}

function touch(observer: NodeObserver, [key, inner]: StorePatch['path']): void {
  if (key === undefined) return;
  observer.touched(typeof inner === 'string' ? [String(key), inner] : [String(key)]);
}
