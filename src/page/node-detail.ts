// Collects everything that a log has about one node, item or call.
import { startFold } from '../../projections/fold.ts';
import type { CostLine } from '../../projections/cost/schema.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { changeStore, emptyStore } from '../../projections/store/projection.ts';
import type { StoreChange } from '../../projections/store/patches.ts';
import { createTrace } from '../../projections/trace/projection.ts';
import type { TraceNode } from '../../projections/trace/schema.ts';
import type { LogEvent } from '../events/event.ts';
import { nodeCalls, type NodeCall } from './node-calls.ts';
import type { LogLine } from './log-lines.ts';
import type { RunModel } from './run-model.ts';
import type { SpanNode } from './span-tree.ts';

export interface NodeDetail {
  /** Its params and templates; absent in a log that lacks its end. */
  readonly trace: TraceNode | undefined;
  readonly calls: readonly NodeCall[];
  readonly changes: readonly StoreChange[];
  readonly costs: readonly CostLine[];
  readonly lines: readonly LogLine[];
}

interface DetailSource {
  readonly lines: readonly LogLine[];
  readonly model: RunModel;
  readonly pricing: Pricing;
}

export function nodeDetail(row: SpanNode, { lines, model, pricing }: DetailSource): NodeDetail {
  const isOwn = ownerOf(row);
  const own = lines.filter(({ event }) => isOwn(event));
  const trace = startFold(createTrace({ pricing, maxChars: Infinity }));
  for (const { event } of lines) {
    if (event.type === 'run.started' || event.type === 'workflow.started' || isOwn(event)) trace.add(event);
  }
  return {
    trace: trace.result().nodes.at(-1),
    calls: nodeCalls(own.map(({ event }) => event)),
    changes: changesOf(lines, isOwn),
    costs: (model.cost.lines ?? []).filter((line) => isOwnCost(row, line)),
    lines: own,
  };
}

type Place = Pick<LogEvent, 'node' | 'phase' | 'visit' | 'item'>;

function ownerOf(row: SpanNode): (event: LogEvent) => boolean {
  const call = row.kind === 'call' ? Number(row.id.slice('call:'.length)) : undefined;
  return (event) => isSamePlace(row, event) && (call === undefined || callOf(event) === call);
}

function isOwnCost(row: SpanNode, line: CostLine): boolean {
  return isSamePlace(row, line) && (row.kind !== 'call' || row.id === `call:${String(line.call)}`);
}

function callOf({ data }: LogEvent): unknown {
  return 'call' in data ? data.call : undefined;
}

interface AnyPlace {
  readonly node?: string | null | undefined;
  readonly visit?: number | undefined;
  readonly item?: number | undefined;
}

/** A node includes its items. */
function isSamePlace({ span, kind }: SpanNode, place: AnyPlace): boolean {
  if (span === null || place.node !== span.node) return false;
  const isSameVisit = (place.visit ?? 1) === (span.visit ?? 1);
  return isSameVisit && (kind === 'node' || place.item === span.item);
}

function changesOf(lines: readonly LogLine[], isOwn: (event: LogEvent & Place) => boolean): StoreChange[] {
  const store = emptyStore();
  const changes: StoreChange[] = [];
  for (const { event } of lines) {
    if (event.type !== 'store.changed' || event.phase === 'planner') continue;
    const made = changeStore(store, event);
    if (isOwn(event)) changes.push(...made);
  }
  return changes;
}
