// Collects the rows of nodes and model calls of a log.
import type { Pricing } from '../../../../projections/pricing/create-pricing.ts';
import type { RunRow } from '../../../../projections/runs/schema.ts';
import { isNodeEvent, NODE_TYPES, type NodeEvent } from '../../../../projections/tally/node-tally.ts';
import {
  addNumber,
  emptyNumberSet,
  hasNumber,
  type NumberSet,
} from '../../../../projections/tally/number-set.ts';
import { LATE_CALL_TYPES, mayBeBilled } from '../../../../projections/tally/open-calls.ts';
import { phaseOf } from '../../../../projections/tally/phase-tally.ts';
import { placeKey } from '../../../../projections/tally/place-key.ts';
import { statusOfCut } from '../../../../projections/timeline/cut-status.ts';
import type { EventOf, LogEvent } from '../../../events/event.ts';
import { isModelCall, MODEL_CALL_TYPES } from '../../../events/model-call.ts';
import type { LogCollector } from '../collected-logs.ts';
import { endedCallRow, openCallRow, type CallStart } from './call-row.ts';
import { TABLES, type RowOf } from './columns.ts';
import { RowStore, type TextPool } from './row-store.ts';

/** The rows of one run, without the row of the run itself. */
export interface RunRows {
  readonly nodes: RowStore;
  readonly calls: RowStore;
}

interface OpenNode {
  readonly event: EventOf<'node.started'>;
  attempts: number;
}

interface Collected {
  readonly nodes: RowStore;
  readonly calls: RowStore;
  readonly openNodes: Map<string, OpenNode>;
  /** Calls that began and did not end, by number. */
  readonly begun: Map<number, CallStart>;
  /** Numbers of calls that ended. */
  readonly ended: NumberSet;
  hasEnd: boolean;
  hasSent: boolean;
  last_ms: number;
}

const FIRST_TYPES = new Set<string>([...NODE_TYPES, ...MODEL_CALL_TYPES, 'llm.sent', 'run.completed']);
const TYPES = new Set<string>([...FIRST_TYPES, ...LATE_CALL_TYPES]);

/** Collects the rows of all runs of one log. `pool`: the texts of all rows. */
export function createRowCollector(pricing: Pricing, pool: TextPool): LogCollector<RunRows> {
  const runs = new Map<string, Collected>();
  return {
    // Listing the runs reads all of it.
    projections: [],
    handles: [],
    reading: {
      handles: FIRST_TYPES,
      late: new Set(LATE_CALL_TYPES),
      skippable: new Set(['ordinary_usage', 'ir', 'nodes']),
    },
    add(event) {
      if (!TYPES.has(event.type)) return;
      let of = runs.get(event.run);
      if (of === undefined) {
        of = emptyCollection(pool);
        runs.set(event.run, of);
      }
      of.last_ms = Math.max(of.last_ms, event.ms);
      if (isNodeEvent(event)) addNodeEvent(of, event);
      else addCallEvent(of, event, pricing);
    },
    resultOf(run) {
      const of = runs.get(run.run);
      runs.delete(run.run);
      if (of === undefined) return undefined;
      addOpenNodes(of, run.status);
      addOpenCalls(of);
      return withWorkflow(of, run.workflow);
    },
  };
}

export function emptyRows(pool: TextPool): RunRows {
  return { nodes: new RowStore(TABLES.nodes, pool), calls: new RowStore(TABLES.calls, pool) };
}

function emptyCollection(pool: TextPool): Collected {
  return {
    ...emptyRows(pool),
    ...{ openNodes: new Map(), begun: new Map(), ended: emptyNumberSet() },
    ...{ hasEnd: false, hasSent: false, last_ms: 0 },
  };
}

/** A log may name the workflow of a run after its first rows. */
function withWorkflow({ nodes, calls }: Collected, workflow: string | null): RunRows {
  nodes.fill('workflow', workflow);
  calls.fill('workflow', workflow);
  return { nodes, calls };
}

function addCallEvent(of: Collected, event: LogEvent, pricing: Pricing): void {
  if (event.type === 'run.completed') of.hasEnd = true;
  else if (event.type === 'llm.sent' || event.type === 'llm.prompted') beginCall(of, event);
  else if (isModelCall(event)) {
    const { call } = event.data;
    of.begun.delete(call);
    if (!hasNumber(of.ended, call)) addNumber(of.ended, call);
    of.calls.add(endedCallRow(event, pricing));
  }
}

function beginCall(of: Collected, event: CallStart): void {
  const { call } = event.data;
  const isSent = event.type === 'llm.sent';
  if (isSent) of.hasSent = true;
  if (hasNumber(of.ended, call)) return;
  if (isSent || !of.begun.has(call)) of.begun.set(call, event);
}

function addOpenCalls(of: Collected): void {
  const { begun, calls, last_ms: lastMs } = of;
  for (const event of begun.values()) {
    if (!mayBeBilled(of, event.type === 'llm.sent')) continue;
    calls.add(openCallRow(event, Math.max(0, lastMs - event.ms)));
  }
}

function addNodeEvent(of: Collected, event: NodeEvent): void {
  const key = placeKey(event);
  switch (event.type) {
    case 'node.started':
      of.openNodes.set(key, { event, attempts: 1 });
      return;
    case 'node.retried': {
      const open = of.openNodes.get(key);
      if (open !== undefined) open.attempts += 1;
      return;
    }
    default: {
      const open = of.openNodes.get(key);
      of.openNodes.delete(key);
      const { type, data } = event;
      of.nodes.add(
        nodeRow(event, {
          attempts: open?.attempts ?? 1,
          status: type === 'node.completed' ? 'completed' : 'failed',
          action: type === 'node.completed' ? data.action : null,
          started_at: open?.event.at,
          duration_ms: data.duration_ms,
          error_code: type === 'node.failed' ? (data.error.code ?? data.error.name) : null,
        }),
      );
    }
  }
}

/** A run without an end whose process is gone was interrupted, whatever ended it. */
function cutStatus(status: RunRow['status']): string {
  if (status === 'incomplete') return 'interrupted';
  return statusOfCut(status === 'running' ? null : status);
}

/** A node without an end was cut with its run. */
function addOpenNodes(of: Collected, runStatus: RunRow['status']): void {
  for (const { event, attempts } of of.openNodes.values()) {
    of.nodes.add(
      nodeRow(event, {
        attempts,
        status: cutStatus(runStatus),
        action: null,
        started_at: event.at,
        duration_ms: Math.max(0, of.last_ms - event.ms),
        error_code: null,
      }),
    );
  }
}

type NodeCells = Pick<
  RowOf<'nodes'>,
  'attempts' | 'status' | 'action' | 'started_at' | 'duration_ms' | 'error_code'
>;

type EndedNode = EventOf<'node.started'> | EventOf<'node.completed'> | EventOf<'node.failed'>;

function nodeRow(event: EndedNode, cells: NodeCells): RowOf<'nodes'> {
  const { run, seq, node, visit = 1, item } = event;
  return {
    run,
    seq,
    workflow: null,
    phase: phaseOf(event),
    node,
    node_type: event.data.node_type,
    visit,
    item,
    attempts: cells.attempts,
    status: cells.status,
    action: cells.action,
    started_at: cells.started_at,
    duration_ms: cells.duration_ms,
    error_code: cells.error_code,
  };
}
