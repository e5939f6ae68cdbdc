// Reads what a run left in its log: its workflow and inputs, the record of each completed node, and what was in flight.
import type { EventOf, LogEvent } from '../../events/event.ts';
import type { EventData } from '../../events/vocabulary.ts';
import { present } from '../../values/present.ts';
import { draftOf } from '../../wrappers/record-node.ts';
import type { NodePlace, NodeRecord } from '../../wrappers/recorder.ts';
import { addContent, emptyVisit, type Visit } from './earlier-visit.ts';

/** The record of a node in an earlier run, and its resolved params for comparison. */
export interface EarlierRecord extends NodeRecord {
  readonly place: NodePlace;
  readonly from: { readonly run: string; readonly seq: number };
  /** Params with templates, by name, as logged. Null for a node that was restored, which has a fingerprint. */
  readonly resolved: Readonly<Record<string, unknown>> | null;
}

/** A node or an item that was started and has no end. */
export interface OpenNode extends NodePlace {
  readonly node_type: string;
}

export function nodePlaceKey({ node, visit, item }: NodePlace): string {
  return `${String(visit)} ${String(item ?? '')} ${node}`;
}

/** The key under which a run counts the visits of a node. */
function visitKey({ node, item }: NodePlace): string {
  return `${node}\u0000${String(item ?? '')}`;
}

/** The types that are folded. */
export const FOLDED_TYPES: ReadonlySet<LogEvent['type']> = new Set([
  ...(['run.started', 'run.completed', 'planner.completed', 'workflow.started'] as const),
  ...(['node.started', 'node.completed', 'node.failed', 'node.restored', 'node.approval'] as const),
  ...(['store.changed', 'item.produced', 'template.resolved'] as const),
  ...(['llm.completed', 'warning.raised'] as const),
]);

/** Folds the events of one run. */
export class EarlierRun {
  readonly run: string;
  /** Set by the reader, which also passes over events. */
  lastSeq = -1;
  startedAt = '';
  started: EventData<'run.started'> | undefined;
  /** Undefined until the workflow has started; of a planned run it has the workflow. */
  workflow: EventData<'workflow.started'> | undefined;
  completed: EventData<'run.completed'> | undefined;
  isPlanReused = false;
  /** The initial store. */
  initial: EventData<'store.changed'> | undefined;
  readonly records = new Map<string, EarlierRecord>();
  readonly open = new Map<string, OpenNode>();
  /** Nodes of nested workflows that completed inside of an item, and run again with it. */
  readonly completedInside = new Map<string, OpenNode>();
  /** Ids of nodes that started, without those of nested workflows. */
  readonly startedNodes = new Set<string>();
  /** Paths of nodes of nested workflows that started. */
  readonly startedInside = new Set<string>();
  private readonly visits = new Map<string, Visit>();
  /** Hashes of nested workflows, by path. */
  readonly nested = new Map<string, string>();
  /** Paths of nodes that ran for items of a batch. */
  private readonly itemPaths = new Set<string>();
  /** By the node of the outermost workflow; only those of nested nodes are recorded. */
  private readonly nestedVisits = new Map<string, Map<string, number>>();
  private readonly failed = new Map<string, { readonly visit: Visit; readonly seq: number }>();

  constructor(run: string) {
    this.run = run;
  }

  add(event: LogEvent): void {
    if (event.phase === 'planner') {
      if (event.type === 'planner.completed') this.isPlanReused = event.data.status === 'reused';
      return;
    }
    if (event.node === undefined) this.addRunEvent(event);
    else this.addNodeEvent(event, event.node);
  }

  private addRunEvent(event: LogEvent): void {
    switch (event.type) {
      case 'run.started':
        this.started = event.data;
        this.startedAt = event.at;
        return;
      case 'workflow.started':
        this.workflow = event.data;
        return;
      case 'store.changed':
        this.initial ??= event.data;
        return;
      case 'run.completed':
        this.completed = event.data;
        return;
      default:
    }
  }

  private addNodeEvent(event: LogEvent, node: string): void {
    const { visit = 1, item } = event;
    const place = item === undefined ? { node, visit } : { node, visit, item };
    const key = nodePlaceKey(place);
    switch (event.type) {
      case 'node.started':
        this.startVisit(key, place, event.data.node_type);
        return;
      case 'node.completed':
        this.completeVisit(key, event);
        return;
      case 'node.failed':
        this.failVisit(key, event);
        return;
      case 'node.restored':
        this.restoreVisit(key, place, event);
        return;
      case 'warning.raised':
        if (event.data.code === 'NODE_RECOVERED') this.recover(node);
        else this.visitAt(key, place).events.push(draftOf(event));
        return;
      case 'workflow.started':
        this.nested.set(node, event.data.hash);
        return;
      case 'workflow.completed':
        return;
      default:
        this.addContent(key, place, event);
    }
  }

  private addContent(key: string, place: NodePlace, event: LogEvent): void {
    addContent(this.visitAt(key, place), event);
    if (isWaiting(event)) this.open.delete(key);
    if (event.type === 'llm.completed') this.addCallToOuter(event, place.node);
  }

  private startVisit(key: string, place: NodePlace, node_type: string): void {
    this.visits.set(key, emptyVisit(place, node_type, false));
    this.open.set(key, { ...place, node_type });
    if (place.item !== undefined) this.itemPaths.add(place.node);
    this.countNested(place);
    if (place.node.includes('/')) this.startedInside.add(place.node);
    else if (place.item === undefined) this.startedNodes.add(place.node);
  }

  private countNested(place: NodePlace): void {
    const outer = outermost(place.node);
    if (outer === place.node) return;
    const visits = this.nestedVisits.get(outer) ?? new Map<string, number>();
    this.nestedVisits.set(outer, visits.set(visitKey(place), place.visit));
  }

  /** The changes of a restored node precede the event of its restoring. */
  private visitAt(key: string, place: NodePlace): Visit {
    const known = this.visits.get(key);
    if (known !== undefined) return known;
    const visit = emptyVisit(place, '', true);
    this.visits.set(key, visit);
    return visit;
  }

  private completeVisit(key: string, { seq, data }: EventOf<'node.completed'>): void {
    this.open.delete(key);
    const visit = this.visits.get(key);
    if (visit === undefined) return;
    if (visit.place.item !== undefined && !visit.hasItem) {
      this.completedInside.set(key, { ...visit.place, node_type: data.node_type });
      return;
    }
    this.keep(key, visit, { action: data.action, from: { run: this.run, seq } });
  }

  private failVisit(key: string, { seq }: EventOf<'node.failed'>): void {
    this.open.delete(key);
    const visit = this.visits.get(key);
    if (visit?.place.item === undefined && visit !== undefined)
      this.failed.set(visit.place.node, { visit, seq });
  }

  private restoreVisit(key: string, place: NodePlace, { data }: EventOf<'node.restored'>): void {
    const { action, from, fingerprint, workflows = {} } = data;
    for (const [path, hash] of Object.entries(workflows)) this.nested.set(path, hash);
    this.keep(key, this.visitAt(key, place), { action, from, ...present({ fingerprint }) });
  }

  /** The run went on past a failed node. */
  private recover(node: string): void {
    const failed = this.failed.get(node);
    if (failed === undefined) return;
    this.failed.delete(node);
    const { visit, seq } = failed;
    this.keep(nodePlaceKey(visit.place), visit, { action: 'error', from: { run: this.run, seq } });
  }

  /** The history of calls belongs to the outer nodes, too. */
  private addCallToOuter(event: LogEvent, node: string): void {
    if (!node.includes('/')) return;
    for (const [key, outer] of this.open) {
      if (outer.item === event.item && node.startsWith(`${outer.node}/`))
        this.visits.get(key)?.events.push(draftOf(event));
    }
  }

  /** Hashes of the workflows that ran in a node; undefined for one without any. */
  private workflowsIn(node: string): Readonly<Record<string, string>> | undefined {
    const found = [...this.nested].filter(([path]) => isInside(path, node));
    return found.length === 0 ? undefined : Object.fromEntries(found);
  }

  /** Nothing inside of a completed node, or of a completed item, runs again. */
  private forgetInside({ node, item }: NodePlace): void {
    for (const [key, inside] of this.completedInside) {
      const isOfItem = item === undefined || inside.item === item;
      if (isOfItem && inside.node.startsWith(`${node}/`)) this.completedInside.delete(key);
    }
  }

  private isInsideItem(node: string): boolean {
    const parts = node.split('/');
    return parts.slice(1).some((_, index) => this.itemPaths.has(parts.slice(0, index + 1).join('/')));
  }

  /** Returns the resolved params of a node that started and left no record, as logged. */
  paramsOf(place: NodePlace): Readonly<Record<string, unknown>> | undefined {
    return this.visits.get(nodePlaceKey(place))?.resolved;
  }

  private keep(key: string, visit: Visit, { action, from, fingerprint }: VisitEnd): void {
    const { place, patches, inexact, events, resolved, isRestored } = visit;
    // Its numbers depend on the order of the items. The item is the record.
    if (this.isInsideItem(place.node)) {
      this.completedInside.set(key, { ...place, node_type: visit.node_type });
      return;
    }
    const inside = this.nestedVisits.get(outermost(place.node)) ?? [];
    const visits = [...inside].filter(([one]) => one.startsWith(`${place.node}/`));
    const params = isRestored ? null : resolved;
    const record = { place, action, patches, events, visits, from, resolved: params };
    const known = { fingerprint, workflows: this.workflowsIn(place.node) };
    this.records.set(key, {
      ...record,
      ...present({ ...known, inexact: inexact.length > 0 ? inexact : undefined }),
    });
    this.visits.delete(key);
    this.forgetInside(place);
  }
}

/** How a visit ended, and which event of which run has that. */
type VisitEnd = Pick<EarlierRecord, 'action' | 'from' | 'fingerprint'>;

function isInside(path: string, node: string): boolean {
  return path === node || path.startsWith(`${node}/`);
}

export function outermost(node: string): string {
  const slash = node.indexOf('/');
  return slash < 0 ? node : node.slice(0, slash);
}

/** A node that waits for its approval, or did not get it, has done nothing. */
function isWaiting(event: LogEvent): boolean {
  return event.type === 'node.approval' && event.data.decision !== 'approved';
}
