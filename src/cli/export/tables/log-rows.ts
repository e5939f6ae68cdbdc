// Collects the rows of nodes and model calls, reading a log once.
import { toPlainDecimal } from '../../../../projections/pricing/decimal.ts';
import { isRefused } from '../../../../projections/pricing/ledger/ledger.ts';
import { isExactPrice, priceCall } from '../../../../projections/pricing/price-call.ts';
import type { Pricing } from '../../../../projections/pricing/pricing.ts';
import type { RunRow } from '../../../../projections/runs/schema.ts';
import { isNodeEvent, NODE_TYPES, type NodeEvent } from '../../../../projections/tally/node-tally.ts';
import { LATE_CALL_TYPES, mayBeBilled } from '../../../../projections/tally/open-calls.ts';
import { phaseOf } from '../../../../projections/tally/phase-tally.ts';
import { statusOfCut } from '../../../../projections/timeline/cut-status.ts';
import type { EventOf, LogEvent } from '../../../events/event.ts';
import { isModelCall, MODEL_CALL_TYPES, type ModelCall } from '../../../events/model-call.ts';
import { isUnmetered } from '../../../events/token-classes.ts';
import type { Usage } from '../../../events/usage.ts';
import { readLog } from '../../../log/read/read-log.ts';
import { doubtsCell, type RowOf } from './columns.ts';

/** The rows of one run, without the row of the run itself. */
export interface RunRows {
  readonly nodes: RowOf<'nodes'>[];
  readonly calls: RowOf<'calls'>[];
}

interface OpenNode {
  readonly event: EventOf<'node.started'>;
  attempts: number;
}

interface Collected extends RunRows, Pick<RunRow, 'workflow' | 'status'> {
  readonly openNodes: Map<string, OpenNode>;
  /** Calls that began, by number. */
  readonly begun: Map<number, CallStart>;
  /** Numbers of calls that ended. */
  readonly ended: Set<number>;
  hasEnd: boolean;
  hasSent: boolean;
  last_ms: number;
}

/** `runs`: those that are collected, by id. Reads past damage. */
export async function collectRows(
  file: string,
  runs: ReadonlyMap<string, RunRow>,
  pricing: Pricing,
): Promise<ReadonlyMap<string, RunRows>> {
  const collected = new Map<string, Collected>();
  for (const [id, run] of runs) collected.set(id, emptyRows(run));
  await readLog(file, {
    handles: new Set([...NODE_TYPES, ...MODEL_CALL_TYPES, 'llm.sent', 'run.completed']),
    late: new Set(LATE_CALL_TYPES),
    skippable: new Set(['ordinary_usage', 'words', 'ir', 'nodes']),
    runs: (id) => runs.has(id),
    skipCorrupt: true,
    onEvent: (event) => {
      const of = collected.get(event.run);
      if (of === undefined) return;
      of.last_ms = Math.max(of.last_ms, event.ms);
      if (isNodeEvent(event)) addNodeEvent(of, event);
      else addCallEvent(of, event, pricing);
    },
  });
  for (const of of collected.values()) {
    addOpenNodes(of);
    addOpenCalls(of);
  }
  return collected;
}

function emptyRows({ workflow, status }: RunRow): Collected {
  return {
    ...{ workflow, status },
    ...{ nodes: [], calls: [] },
    ...{ openNodes: new Map(), begun: new Map(), ended: new Set(), hasEnd: false },
    ...{ hasSent: false, last_ms: 0 },
  };
}

function addCallEvent(of: Collected, event: LogEvent, pricing: Pricing): void {
  if (event.type === 'run.completed') of.hasEnd = true;
  else if (event.type === 'llm.sent') {
    of.hasSent = true;
    of.begun.set(event.data.call, event);
  } else if (event.type === 'llm.prompted') {
    if (!of.begun.has(event.data.call)) of.begun.set(event.data.call, event);
  } else if (isModelCall(event)) {
    of.ended.add(event.data.call);
    of.calls.push(callRow(event, of.workflow, pricing));
  }
}

function addOpenCalls(of: Collected): void {
  const { begun, ended, workflow, calls, last_ms: lastMs } = of;
  for (const [call, event] of begun) {
    if (ended.has(call) || !mayBeBilled(of, event.type === 'llm.sent')) continue;
    calls.push({
      ...callPlace(event, workflow),
      response_model: null,
      ...tokenCells(undefined),
      duration_ms: Math.max(0, lastMs - event.ms),
      ...{ state: 'unmetered', reused: false, exact: false, doubts: null },
      ...{ cost_usd: null, reported_cost_usd: null },
    });
  }
}

function callRow(event: ModelCall, workflow: string | null, pricing: Pricing): RowOf<'calls'> {
  const { data } = event;
  return {
    ...callPlace(event, workflow),
    response_model: event.type === 'llm.completed' ? event.data.response_model : null,
    ...tokenCells(data.usage),
    duration_ms: data.duration_ms,
    ...costCells(event, pricing),
  };
}

type CallStart = EventOf<'llm.sent'> | EventOf<'llm.prompted'>;

type PlaceCells = Pick<
  RowOf<'calls'>,
  | 'run'
  | 'seq'
  | 'called_at'
  | 'workflow'
  | 'phase'
  | 'node'
  | 'visit'
  | 'item'
  | 'attempt'
  | 'provider'
  | 'model'
>;

function callPlace(event: ModelCall | CallStart, workflow: string | null): PlaceCells {
  const { run, seq, at, node, visit = 1, item, attempt = 1 } = event;
  const { model } = event.data;
  const provider = model.includes('/') ? model.slice(0, model.indexOf('/')) : null;
  return {
    ...{ run, seq, called_at: at, workflow, phase: phaseOf(event) },
    ...{ node, visit, item, attempt, provider, model },
  };
}

type CostCells = Pick<
  RowOf<'calls'>,
  'state' | 'reused' | 'exact' | 'doubts' | 'cost_usd' | 'reported_cost_usd'
>;

/** Reused answers and refused calls cost nothing. */
function costCells(event: ModelCall, pricing: Pricing): CostCells {
  const price = priceCall(pricing, event);
  const refused = isRefused(event);
  const isFree = refused || price.reused;
  const bill = event.type === 'llm.completed' ? event.data.provider_cost_usd : undefined;
  return {
    state: refused ? 'free' : price.state,
    reused: price.reused,
    exact: isFree || isExactPrice(price),
    doubts: doubtsCell(price.doubts.map(({ code }) => code)),
    cost_usd: isFree ? '0' : price.cost_usd,
    reported_cost_usd: bill === undefined ? null : toPlainDecimal(bill),
  };
}

type TokenCells = Pick<
  RowOf<'calls'>,
  'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning'
>;

const UNKNOWN: TokenCells = {
  input: null,
  cache_read: null,
  cache_write_5m: null,
  cache_write_1h: null,
  output: null,
  reasoning: null,
};

/** Input is uncached input; reasoning is part of output. */
function tokenCells(usage: Usage | undefined): TokenCells {
  if (usage === undefined || isUnmetered(usage)) return UNKNOWN;
  const oneHour = usage.cache_creation_1h_input_tokens ?? 0;
  return {
    input: usage.input_tokens ?? 0,
    cache_read: usage.cache_read_input_tokens ?? 0,
    cache_write_5m: (usage.cache_creation_input_tokens ?? 0) - oneHour,
    cache_write_1h: oneHour,
    output: usage.output_tokens ?? 0,
    reasoning: usage.reasoning_tokens ?? 0,
  };
}

function placeKey(event: NodeEvent): string {
  return `${phaseOf(event)} ${event.node ?? ''} ${String(event.visit ?? 1)} ${String(event.item ?? '')}`;
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
      of.nodes.push({
        ...placeCells(event, of.workflow),
        node_type: data.node_type,
        attempts: open?.attempts ?? 1,
        status: type === 'node.completed' ? 'completed' : 'failed',
        action: type === 'node.completed' ? data.action : null,
        started_at: open?.event.at,
        duration_ms: data.duration_ms,
        error_code: type === 'node.failed' ? (data.error.code ?? data.error.name) : null,
      });
    }
  }
}

/** A run without an end whose process is gone was interrupted, whatever ended it. */
function cutStatus(status: RunRow['status']): string {
  if (status === 'incomplete') return 'interrupted';
  return statusOfCut(status === 'running' ? null : status);
}

/** A node without an end was cut with its run. */
function addOpenNodes(of: Collected): void {
  for (const { event, attempts } of of.openNodes.values()) {
    of.nodes.push({
      ...placeCells(event, of.workflow),
      ...{ node_type: event.data.node_type, attempts, status: cutStatus(of.status), action: null },
      ...{ started_at: event.at, duration_ms: Math.max(0, of.last_ms - event.ms), error_code: null },
    });
  }
}

function placeCells(
  event: NodeEvent,
  workflow: string | null,
): Pick<RowOf<'nodes'>, 'run' | 'seq' | 'workflow' | 'phase' | 'node' | 'visit' | 'item'> {
  const { run, seq, node, visit = 1, item } = event;
  return { run, seq, workflow, phase: phaseOf(event), node, visit, item };
}
