// Finds out why a run did not succeed: the node, its params, what it read and who wrote that, its attempts and its
// error.
import { isDraft, original } from 'immer';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import { changeStore } from '../store/projection.ts';
import { isNodeEvent, NODE_TYPES, type NodeEvent } from '../tally/node-tally.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { evolveProgress } from '../tally/run-progress.ts';
import { keepParams } from '../tally/written-params.ts';
import { warningOf } from '../warnings/projection.ts';
import { failureDocument } from './document.ts';
import { findReferences, lookUpPath, type FoundReference } from './find-references.ts';
import { failureSchema, type Failure } from './schema.ts';
import { emptyFailure, type FailureState, type NodeAttempt } from './state.ts';
import { entryOf } from '../tally/map-entry.ts';
import { placeKey } from '../tally/place-key.ts';

/** The projection `failure`: why the run did not succeed; null if it did. Params and reads need level trace. */
export const failure: Projection<FailureState, Failure | null> = {
  name: 'failure',
  summary: 'why a run did not succeed: the node, what it read, its attempts and its error',
  handles: [
    ...(['run.started', 'run.completed', 'workflow.started'] as const),
    'node.restored',
    ...(['template.resolved', 'store.changed', 'item.produced', 'warning.raised'] as const),
    ...NODE_TYPES,
  ],
  scope: 'run',
  initial: emptyFailure,
  evolve(state, event) {
    state.run = event.run;
    evolveProgress(state.progress, event);
    if (isNodeEvent(event)) addNodeEvent(state, event);
    else addOtherEvent(state, event);
  },
  result: failureDocument,
  schema: failureSchema.nullable(),
};

function addOtherEvent(state: FailureState, event: LogEvent): void {
  switch (event.type) {
    case 'run.started':
      startRun(state, event);
      return;
    case 'run.completed':
      state.runError = event.data.error ?? null;
      state.signal = event.data.signal ?? null;
      return;
    case 'workflow.started':
      if (event.node === undefined) state.workflow = event.data.name;
      else state.nestedInputs.set(event.node, inputNames(event.data.ir));
      keepParams(state.written, event.data.ir, event.node);
      return;
    case 'node.restored':
      addRestored(state, event);
      return;
    case 'template.resolved':
      addResolution(state, event);
      return;
    case 'warning.raised':
      addWarning(state, event);
      return;
    default:
      addWritten(state, event);
  }
}

/** What a node or an item wrote. */
function addWritten(state: FailureState, event: LogEvent): void {
  if (event.type === 'item.produced') openNode(state, event, null).outputs = event.data.outputs;
  if (event.type === 'store.changed' && phaseOf(event) === 'workflow') addStoreChange(state, event);
}

function inputNames(ir: unknown): ReadonlySet<string> {
  const { inputs } = (ir ?? {}) as { readonly inputs?: object };
  return new Set(Object.keys(inputs ?? {}));
}

function startRun(state: FailureState, { data }: EventOf<'run.started'>): void {
  const { workflow, workflow_path, inputs = {}, input_origins = {}, ir } = data;
  state.workflow ??= workflow?.name ?? null;
  state.workflow_path ??= workflow_path ?? null;
  state.inputs = new Set(Object.keys(inputs));
  state.input_origins = input_origins;
  keepParams(state.written, ir, undefined);
}

function addWarning(state: FailureState, event: EventOf<'warning.raised'>): void {
  state.warnings.push(warningOf(event));
  const isRecovered = event.data.code === 'NODE_RECOVERED' && event.node === state.failed?.node;
  if (isRecovered) state.failed = null;
}

function openNode(state: FailureState, event: LogEvent, started_seq: number | null): NodeAttempt {
  return entryOf(state.open, placeKey(event), (): NodeAttempt => {
    const { node = '', visit = 1, item = null } = event;
    const place = { node, visit, item, node_type: null, started_seq, before: state.lastEnded };
    return { ...place, resolved: [], reads: [], attempts: [], outputs: null };
  });
}

function addNodeEvent(state: FailureState, event: NodeEvent): void {
  if (event.type === 'node.retried') {
    const { error, wait_ms } = event.data;
    openNode(state, event, null).attempts.push({ error, wait_ms });
    return;
  }
  const started = event.type === 'node.started';
  const attempt = openNode(state, event, started ? event.seq : null);
  attempt.node_type = event.data.node_type;
  if (started) return;
  endNode(state, event, attempt);
}

function endNode(
  state: FailureState,
  event: EventOf<'node.completed'> | EventOf<'node.failed'>,
  attempt: NodeAttempt,
): void {
  const { node, visit } = attempt;
  if (event.type === 'node.failed' && !isOuterOf(node, state.failed)) {
    const kept = isDraft(attempt) ? snapshotOf(attempt) : attempt;
    state.failed = { ...kept, error: event.data.error, failed_seq: event.seq };
  }
  state.open.delete(placeKey(event));
  if (event.item !== undefined) return;
  const status = event.type === 'node.completed' ? 'completed' : 'failed';
  // The run goes on: no failure before ended it.
  if (status === 'completed') state.failed = null;
  state.lastEnded = { node, visit, status };
  state.ends.set(node, { node, visit, status });
}

/** Notes a node that an earlier run ran. */
function addRestored(
  state: FailureState,
  { node = '', visit = 1, item, data }: EventOf<'node.restored'>,
): void {
  if (item !== undefined) return;
  const status = data.action === 'error' ? 'failed' : 'completed';
  state.lastEnded = { node, visit, status };
  state.ends.set(node, { node, visit, status });
}

/** Copies the lists of a draft, whose elements are plain. */
function snapshotOf(attempt: NodeAttempt): NodeAttempt {
  const plain = <T>(list: readonly T[]): T[] =>
    list.map((one) => (isDraft(one) ? (original(one as object) as T) : one));
  const { resolved, reads, attempts, outputs, ...more } = attempt;
  const lists = { resolved: plain(resolved), reads: plain(reads), attempts: plain(attempts) };
  return { ...more, ...lists, outputs: isDraft(outputs) ? (original(outputs) ?? null) : outputs };
}

/** True for a node that failed because of the failure inside it. */
function isOuterOf(node: string, failed: FailureState['failed']): boolean {
  if (failed === null) return false;
  return failed.node.startsWith(`${node}/`) || (failed.node === node && failed.item !== null);
}

function addResolution(state: FailureState, event: EventOf<'template.resolved'>): void {
  const attempt = openNode(state, event, null);
  const { param, value } = event.data;
  attempt.resolved.push({ param, value });
  for (const reference of findReferences(event.data.template))
    attempt.reads.push(readOf(state, event, reference));
}

type Read = NodeAttempt['reads'][number];

function readOf(state: FailureState, event: EventOf<'template.resolved'>, reference: FoundReference): Read {
  const around = nodeAround(event.node ?? '');
  const key = around === '' ? reference.name : `${around}/${reference.name}`;
  const held = state.store.root.get(key);
  const found = lookUpPath(isDraft(held) ? original(held) : held, reference.path);
  const value = found ?? wholeValue(event, reference);
  return {
    reference: reference.text,
    param: event.data.param,
    ...sourceOf(state, reference.name, around),
    ...present({ value }),
  };
}

/** Finds who wrote a value. An input wins over a node; any other name is of the item. */
function sourceOf(state: FailureState, name: string, around: string): Omit<Read, 'reference' | 'param'> {
  const written = state.writers.get(around === '' ? name : `${around}/${name}`);
  if (around === '') {
    // The initial store has the inputs: without a node, the run itself wrote it.
    if (state.inputs.has(name) || written?.node === null) {
      const origin = Object.hasOwn(state.input_origins, name) ? state.input_origins[name] : undefined;
      return { from: 'input', ...present({ origin }) };
    }
  } else if (state.nestedInputs.get(around)?.has(name) === true) return { from: 'input', node: around };
  if (written === undefined || written.node === null) return { from: 'item' };
  const { node, visit, seq } = written;
  return { from: 'node', node, ...present({ visit: visit > 1 ? visit : undefined, seq }) };
}

/** The node that runs the workflow of this node; empty at the top. */
function nodeAround(node: string): string {
  return node.slice(0, Math.max(0, node.lastIndexOf('/')));
}

/** The value of a template that is nothing but one reference. */
function wholeValue(
  { data: { template, value } }: EventOf<'template.resolved'>,
  { text }: FoundReference,
): unknown {
  return template === `\${${text}}` ? value : undefined;
}

function addStoreChange(state: FailureState, event: EventOf<'store.changed'>): void {
  const { node = null, visit = 1, seq } = event;
  for (const { key } of changeStore(state.store, event)) {
    // The history of calls is written by all.
    if (key.startsWith('__')) continue;
    state.writers.set(key, { node, visit, seq });
    if (node !== null && key !== node) addOutput(state, event, node, key);
  }
}

/** Without namespaces a node writes to the store of its workflow. */
function addOutput(state: FailureState, event: EventOf<'store.changed'>, node: string, key: string): void {
  const around = nodeAround(node);
  const name = around === '' ? key : key.slice(around.length + 1);
  const attempt = openNode(state, event, null);
  const held = state.store.root.get(key);
  attempt.outputs = { ...attempt.outputs, [name]: isDraft(held) ? original(held) : held };
}
