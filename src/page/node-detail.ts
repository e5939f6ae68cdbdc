// Collects everything that a log has about one node, item or call.
import { changeStore, emptyStore } from '../../projections/store/projection.ts';
import type { StoreChange } from '../../projections/store/patches.ts';
import { keepParams, resolvedParams, type WrittenParams } from '../../projections/tally/written-params.ts';
import type { LogEvent } from '../events/event.ts';
import type { LogLine } from './log-lines.ts';
import { nodeCalls, type NodeCall } from './node-calls.ts';
import { callCosts, type CallCost } from './call-costs.ts';
import type { RunModel } from './run-model.ts';
import type { SpanNode } from './span-tree.ts';

export interface NodeParam {
  readonly name: string;
  readonly value: unknown;
  /** As written in the workflow; undefined for a param without a template. */
  readonly template: unknown;
}

export interface NodeDetail {
  readonly type: string | null;
  /** Of an item, what was resolved for it. */
  readonly params: readonly NodeParam[];
  readonly calls: readonly NodeCall[];
  readonly changes: readonly StoreChange[];
  readonly costs: readonly CallCost[];
  readonly lines: readonly LogLine[];
}

interface DetailSource {
  readonly lines: readonly LogLine[];
  readonly model: RunModel;
}

export function nodeDetail(row: SpanNode, { lines, model }: DetailSource): NodeDetail {
  const isOwn = ownerOf(row);
  const own = lines.filter(({ event }) => isOwn(event));
  return {
    type: typeOf(own),
    params: paramsOf(row, lines, own),
    calls: nodeCalls(own.map(({ event }) => event)),
    changes: changesOf(lines, isOwn),
    costs: callCosts(model.costLines(), model.timeline).filter((cost) => isOwnCost(row, cost)),
    lines: own,
  };
}

function typeOf(own: readonly LogLine[]): string | null {
  for (const { event } of own) if ('node_type' in event.data) return String(event.data.node_type);
  return null;
}

/** As written, with the values of templates in their places. A call and a planner node lack them. */
function paramsOf(row: SpanNode, lines: readonly LogLine[], own: readonly LogLine[]): NodeParam[] {
  if (row.node === null || row.kind === 'call' || row.phase === 'planner') return [];
  const written: WrittenParams = new Map();
  for (const { event } of lines) {
    if (event.type !== 'run.started' && event.type !== 'workflow.started') continue;
    keepParams(written, event.data.ir, event.node);
  }
  const resolved = own.flatMap(({ event }) =>
    event.type === 'template.resolved' && event.item === row.item ? [event.data] : [],
  );
  const templates = new Map(resolved.map(({ param, template }) => [param, template]));
  const params = resolvedParams(written, row.node, resolved);
  return Object.entries(params).map(([name, value]) => ({ name, value, template: templates.get(name) }));
}

function ownerOf(row: SpanNode): (event: LogEvent) => boolean {
  const call = row.kind === 'call' ? Number(row.id.slice('call:'.length)) : undefined;
  return (event) => isSamePlace(row, event) && (call === undefined || callOf(event) === call);
}

function isOwnCost(row: SpanNode, { call, place }: CallCost): boolean {
  return isSamePlace(row, place) && (row.kind !== 'call' || row.id === `call:${String(call)}`);
}

function callOf({ data }: LogEvent): unknown {
  return 'call' in data ? data.call : undefined;
}

interface AnyPlace {
  readonly node?: string | null | undefined;
  readonly phase?: string | null | undefined;
  readonly visit?: number | undefined;
  readonly item?: number | undefined;
}

/** A node includes its items. */
function isSamePlace({ node, phase, visit, item, kind }: SpanNode, place: AnyPlace): boolean {
  if ((place.node ?? null) !== node || (place.phase === 'planner') !== (phase === 'planner')) return false;
  const isSameVisit = (place.visit ?? 1) === visit;
  return isSameVisit && (kind === 'node' || place.item === item);
}

function changesOf(lines: readonly LogLine[], isOwn: (event: LogEvent) => boolean): StoreChange[] {
  const store = emptyStore();
  const changes: StoreChange[] = [];
  for (const { event } of lines) {
    if (event.type !== 'store.changed' || event.phase === 'planner') continue;
    const made = changeStore(store, event);
    if (isOwn(event)) changes.push(...made);
  }
  return changes;
}
