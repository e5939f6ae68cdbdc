// Lists status, time and cost of each workflow node, in document order. Nodes that the file does not list, such as
// those of a nested workflow, follow in the order of their first event. Planner nodes are ignored.
import type { RunEnd } from '../../src/events/run-status.ts';
import * as z from 'zod';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import {
  countItems,
  emptyTally,
  isNodeEvent,
  isOpen,
  isRestored,
  mergeTallies,
  NODE_TYPES,
  tallyBatch,
  tallyMilliseconds,
  tallyNode,
  tallyRestored,
  tallyStatus,
  type NodeEvent,
  type NodeTally,
} from '../tally/node-tally.ts';
import { isOpenCallEvent, LATE_CALL_TYPES, OPEN_CALL_TYPES } from '../tally/open-calls.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { toDollars } from '../pricing/decimal.ts';
import { addCall, emptyLedger, followRunCalls, mergeLedgers, type Ledger } from '../pricing/ledger/ledger.ts';
import { dollarDoubts } from '../pricing/ledger/ledger-doubts.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { groupLedger, type LedgerSum } from '../pricing/ledger/sum-ledger.ts';
import { stepSchema, type Step } from './schema.ts';
import { stderrIn } from './stderr.ts';

export interface StepsState {
  /** Node ids in document order; null until the workflow has started. */
  order: readonly string[] | null;
  readonly nodes: Map<string, NodeTally>;
  readonly ledger: Ledger;
  /** Attempts that failed and were repeated, by node. */
  readonly attempts: Map<string, StepAttempt[]>;
  /** The end of what commands wrote to stderr, by node. */
  readonly stderr: Map<string, string>;
  /** How the run ended; null until then. */
  ended: RunEnd | null;
}

type StepAttempt = NonNullable<Step['attempts']>[number];

/** Options of `createSteps`. */
export interface StepsOptions {
  readonly pricing: Pricing;
}

/** Creates the projection `steps`: status, time (ms) and cost (USD) of each node. */
export function createSteps({ pricing }: StepsOptions): Projection<StepsState, Step[]> {
  return {
    name: 'steps',
    summary: 'status, time and cost of each node, in document order',
    handles: [
      ...(['workflow.started', 'store.changed', 'node.restored', 'batch.started'] as const),
      ...NODE_TYPES,
      ...OPEN_CALL_TYPES,
    ],
    late: LATE_CALL_TYPES,
    scope: 'run',
    initial: () => ({
      order: null,
      nodes: new Map(),
      ledger: emptyLedger(),
      attempts: new Map(),
      stderr: new Map(),
      ended: null,
    }),
    evolve(state, event) {
      if (phaseOf(event) === 'planner') return;
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      addEvent(state, event, pricing);
    },
    merge(a, b) {
      const nodes = new Map(a.nodes);
      for (const [id, tally] of b.nodes) {
        const known = nodes.get(id);
        nodes.set(id, known === undefined ? tally : mergeTallies(known, tally));
      }
      return {
        order: a.order ?? b.order,
        nodes,
        attempts: mergeAttempts(a.attempts, b.attempts),
        stderr: new Map([...a.stderr, ...b.stderr]),
        ledger: mergeLedgers(a.ledger, b.ledger),
        ended: b.ended ?? a.ended,
      };
    },
    result(state) {
      const costs = groupLedger(state.ledger, (bucket) => bucket.node);
      const ids = new Set([...(state.order ?? []), ...state.nodes.keys()]);
      return [...ids].map((id) => {
        return stepOf(id, state, costs.get(id));
      });
    },
    schema: z.array(stepSchema),
  };
}

function addEvent(state: StepsState, event: LogEvent, pricing: Pricing): void {
  if (isModelCall(event)) addCall(state.ledger, pricing, event);
  else if (event.type === 'run.completed') state.ended = event.data.status;
  else if (isNodeEvent(event)) addNodeEvent(state, event);
  else if (event.type === 'node.restored') tallyRestored(tallyOf(state, event.node ?? ''), event);
  else if (event.type === 'batch.started') tallyBatch(tallyOf(state, event.node ?? ''), event);
  else if (event.type === 'store.changed') addStderr(state, event);
  // A nested workflow starts inside a node: its nodes are not in this file.
  else if (event.type === 'workflow.started' && event.node === undefined) state.order ??= event.data.nodes;
}

function addNodeEvent(state: StepsState, event: NodeEvent): void {
  const node = event.node ?? '';
  tallyNode(tallyOf(state, node), event);
  if (event.type !== 'node.retried') return;
  const { error, wait_ms } = event.data;
  const known = state.attempts.get(node);
  if (known === undefined) state.attempts.set(node, [{ error, wait_ms }]);
  else known.push({ error, wait_ms });
}

function addStderr(state: StepsState, event: EventOf<'store.changed'>): void {
  const text = event.node === undefined ? undefined : stderrIn(event);
  if (text !== undefined) state.stderr.set(event.node ?? '', text);
}

function mergeAttempts(a: StepsState['attempts'], b: StepsState['attempts']): StepsState['attempts'] {
  const merged: StepsState['attempts'] = new Map();
  for (const [node, attempts] of a) merged.set(node, [...attempts]);
  for (const [node, attempts] of b) merged.set(node, [...(merged.get(node) ?? []), ...attempts]);
  return merged;
}

function tallyOf(state: StepsState, node: string): NodeTally {
  const known = state.nodes.get(node);
  if (known !== undefined) return known;
  const tally = emptyTally();
  state.nodes.set(node, tally);
  return tally;
}

/** Decides about a visit without an end, or with one that its run caused: the end of the run is the reason. */
function stepStatus(tally: NodeTally, ended: RunEnd | null): Step['status'] {
  if (isRestored(tally)) return 'restored';
  if (!isOpen(tally)) {
    const status = tallyStatus(tally);
    const isStopped = status === 'failed' && ended === 'interrupted' && tally.error?.code === 'INTERRUPTED';
    return isStopped ? 'interrupted' : status;
  }
  if (ended === null) return 'running';
  return ended === 'interrupted' || ended === 'paused' ? ended : 'failed';
}

/** Empty for a node without a batch. Nodes of a workflow that is nested in an item have items and no batch. */
function batchOf(tally: NodeTally): Pick<Step, 'batch'> {
  if (tally.batch === null) return {};
  const errors = tally.item_errors.map(({ index, visit, error }) =>
    present({ index, visit: visit > 1 ? visit : undefined, error }),
  );
  return { batch: { ...countItems(tally), errors } };
}

function costFields(
  id: string,
  ledger: Ledger,
  sum: LedgerSum | undefined,
): Pick<Step, 'cost_usd' | 'exact' | 'doubts'> {
  if (sum === undefined) return { cost_usd: 0 };
  const cost_usd = toDollars(sum.cost);
  if (sum.exact) return { cost_usd };
  const doubts = dollarDoubts(ledger, ({ node }) => node === id);
  return { cost_usd, exact: false, ...(doubts.length === 0 ? {} : { doubts }) };
}

function stepOf(
  node_id: string,
  { nodes, ledger, attempts, stderr, ended }: StepsState,
  sum: LedgerSum | undefined,
): Step {
  const { cost_usd, ...marks } = costFields(node_id, ledger, sum);
  const tally = nodes.get(node_id);
  const repeated = attempts.get(node_id);
  const written = stderr.get(node_id) ?? '';
  if (tally === undefined) return { node_id, status: 'not_executed', duration_ms: 0, cost_usd };
  return present({
    node_id,
    status: stepStatus(tally, ended),
    duration_ms: tallyMilliseconds(tally),
    cost_usd,
    ...marks,
    visits: tally.visits > 1 ? tally.visits : undefined,
    items: tally.item_count > 0 ? tally.item_count : undefined,
    failed_items: tally.items.failures > 0 ? tally.items.failures : undefined,
    ...batchOf(tally),
    attempts: repeated === undefined ? undefined : [...repeated],
    retried_because: tally.retry_reasons.length > 0 ? tally.retry_reasons : undefined,
    error: tally.error ?? undefined,
    stderr: written === '' ? undefined : written,
  });
}
