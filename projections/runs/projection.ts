// Lists runs: when each began, how it ended, what it cost and why it failed. A reader adds the file, and finds out
// which runs without an end still go on.
import * as z from 'zod';
import { ITEM_STOPPED } from '../../src/events/error-data.ts';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES, VOCABULARY } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { addCall, followRunCalls, type LedgerPlace } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { isNodeEvent, type NodeEvent } from '../tally/node-tally.ts';
import { isOpenCallEvent, LATE_CALL_TYPES } from '../tally/open-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { placeKey } from '../tally/place-key.ts';
import { evolveProgress } from '../tally/run-progress.ts';
import { runRowOf } from './row.ts';
import { runRowSchema, type RunRow } from './schema.ts';
import { emptyListedRun, type RunRowState, type RunsState } from './state.ts';
import { entryOf } from '../tally/map-entry.ts';

/** Options of `createRuns`. */
export interface RunsOptions {
  readonly pricing: Pricing;
}

/** A row has sums over all nodes: calls that differ in the node alone share a bucket. */
const NOWHERE: LedgerPlace = {};

/** Creates the projection `runs`: one row for each run of a log, in the order of their first events. */
export function createRuns({ pricing }: RunsOptions): Projection<RunsState, RunRow[]> {
  return {
    name: 'runs',
    summary: 'a row for each run: start, status, time, cost, the node that failed and why',
    handles: [...EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics'), ...LATE_CALL_TYPES],
    late: LATE_CALL_TYPES,
    skips: ['ordinary_usage', 'ir', 'words', 'nodes'],
    scope: 'log',
    initial: () => ({ runs: new Map() }),
    evolve(state, event) {
      const run = runOf(state, event.run);
      if (isOpenCallEvent(event)) followRunCalls(run.ledger, event);
      if (event.type === 'llm.prompted') return;
      run.started_at ??= event.at;
      evolveProgress(run.progress, event);
      if (isNodeEvent(event)) addNodeEvent(run, event);
      else if (isModelCall(event)) addCall(run.ledger, pricing, event, NOWHERE);
      else addRunEvent(run, event);
    },
    result: ({ runs }) => [...runs].map(([id, run]) => runRowOf(id, run)),
    schema: z.array(runRowSchema),
  };
}

function runOf(state: RunsState, id: string): RunRowState {
  return entryOf(state.runs, id, emptyListedRun);
}

function addRunEvent(run: RunRowState, event: LogEvent): void {
  switch (event.type) {
    case 'run.started':
      startRun(run, event);
      return;
    case 'workflow.started':
      if (event.node === undefined) run.workflow = event.data.name;
      return;
    case 'run.completed':
      endRun(run, event);
      return;
    case 'batch.started':
      run.batches.set(event.node ?? '', { of: event.data.items, failed: [], count: 0 });
      return;
    case 'warning.raised':
      if (event.data.code === 'NODE_RECOVERED' && event.node === run.failure?.node) run.failure = null;
      return;
    default:
  }
}

function startRun(run: RunRowState, { data }: EventOf<'run.started'>): void {
  const { workflow, nodes = null, pid = null, host = null, tags = null } = data;
  run.workflow ??= workflow?.name ?? null;
  run.nodes ??= nodes;
  run.pid = pid;
  run.host = host;
  run.tags = tags;
  run.resumed_from = data.resumed_from?.run ?? null;
}

function endRun(run: RunRowState, { at, data }: EventOf<'run.completed'>): void {
  run.ended_at = at;
  run.signal = data.signal ?? null;
  run.error = data.error ?? null;
}

function addNodeEvent(run: RunRowState, event: NodeEvent): void {
  const { node = '' } = event;
  const key = placeKey(event);
  switch (event.type) {
    case 'node.started':
      if (phaseOf(event) === 'workflow') run.started.add(node);
      run.open.set(key, { node, attempts: 1 });
      return;
    case 'node.retried':
      run.retries += 1;
      addAttempt(run.open.get(key));
      return;
    case 'node.completed':
      run.open.delete(key);
      // The run goes on: no failure before ended it.
      if (event.item === undefined) run.failure = null;
      return;
    case 'node.failed':
      countItem(run, event);
      failNode(run, event);
      run.open.delete(key);
      return;
    default:
      event satisfies never;
  }
}

function addAttempt(open: { attempts: number } | undefined): void {
  if (open !== undefined) open.attempts += 1;
}

const ITEMS_LISTED = 10;

/** An item that was stopped because of another one has not failed itself. */
function countItem(run: RunRowState, { node = '', item, data }: EventOf<'node.failed'>): void {
  const batch = item === undefined ? undefined : run.batches.get(node);
  if (batch === undefined || item === undefined || data.error.code === ITEM_STOPPED) return;
  batch.count += 1;
  if (batch.failed.length < ITEMS_LISTED) batch.failed.push(item);
}

function failNode(run: RunRowState, event: EventOf<'node.failed'>): void {
  const { node = '', item = null, data } = event;
  if (isOuterOf(node, run.failure)) return;
  const attempts = run.open.get(placeKey(event))?.attempts ?? 1;
  run.failure = { node, item, attempts, error: data.error };
}

/** True for a node that failed because of the failure inside it. */
function isOuterOf(node: string, failure: RunRowState['failure']): boolean {
  if (failure === null) return false;
  return failure.node.startsWith(`${node}/`) || (failure.node === node && failure.item !== null);
}
