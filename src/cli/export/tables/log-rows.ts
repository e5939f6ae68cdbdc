// Collects the rows of nodes and model calls, reading a log once.
import { toPlainDecimal } from '../../../../projections/pricing/decimal.ts';
import { isRefused } from '../../../../projections/pricing/ledger/ledger.ts';
import { isExactPrice, priceCall } from '../../../../projections/pricing/price-call.ts';
import type { Pricing } from '../../../../projections/pricing/pricing.ts';
import { isNodeEvent, NODE_TYPES, type NodeEvent } from '../../../../projections/tally/node-tally.ts';
import { phaseOf } from '../../../../projections/tally/phase-tally.ts';
import type { EventOf } from '../../../events/event.ts';
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

interface Collected extends RunRows {
  readonly workflow: string | null;
  readonly open: Map<string, OpenNode>;
  last_ms: number;
}

/** `runs`: the ids of the runs that are collected, with the names of their workflows. Reads past damage. */
export async function collectRows(
  file: string,
  runs: ReadonlyMap<string, string | null>,
  pricing: Pricing,
): Promise<ReadonlyMap<string, RunRows>> {
  const collected = new Map<string, Collected>();
  for (const [run, workflow] of runs)
    collected.set(run, { workflow, nodes: [], calls: [], open: new Map(), last_ms: 0 });
  await readLog(file, {
    handles: new Set([...NODE_TYPES, ...MODEL_CALL_TYPES, 'run.completed']),
    skippable: new Set(['ordinary_usage', 'words', 'ir', 'nodes']),
    runs: (id) => runs.has(id),
    skipCorrupt: true,
    onEvent: (event) => {
      const of = collected.get(event.run);
      if (of === undefined) return;
      of.last_ms = event.ms;
      if (isModelCall(event)) of.calls.push(callRow(event, of.workflow, pricing));
      else if (isNodeEvent(event)) addNodeEvent(of, event);
    },
  });
  for (const of of collected.values()) addOpenNodes(of);
  return collected;
}

function callRow(event: ModelCall, workflow: string | null, pricing: Pricing): RowOf<'calls'> {
  const { data } = event;
  return {
    run: event.run,
    seq: event.seq,
    called_at: event.at,
    workflow,
    phase: phaseOf(event),
    node: event.node,
    visit: event.visit ?? 1,
    item: event.item,
    attempt: event.attempt ?? 1,
    provider: data.model.includes('/') ? data.model.slice(0, data.model.indexOf('/')) : null,
    model: data.model,
    response_model: event.type === 'llm.completed' ? event.data.response_model : null,
    ...tokenCells(data.usage),
    duration_ms: data.duration_ms,
    ...costCells(event, pricing),
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
      of.open.set(key, { event, attempts: 1 });
      return;
    case 'node.retried': {
      const open = of.open.get(key);
      if (open !== undefined) open.attempts += 1;
      return;
    }
    default: {
      const open = of.open.get(key);
      of.open.delete(key);
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

/** A node without an end was cut with its run. */
function addOpenNodes(of: Collected): void {
  for (const { event, attempts } of of.open.values()) {
    of.nodes.push({
      ...placeCells(event, of.workflow),
      ...{ node_type: event.data.node_type, attempts, status: 'interrupted', action: null },
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
