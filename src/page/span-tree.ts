// Arranges the spans of a run as a tree for the waterfall: nodes with their items, nested nodes and calls.
import { sumAmounts } from '../../projections/pricing/decimal.ts';
import type { Step } from '../../projections/steps/schema.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';

/** A row of the waterfall, with the rows below it. */
export interface SpanNode {
  readonly id: string;
  readonly kind: TimelineSpan['kind'];
  readonly name: string;
  /** Null for a node that did not run. */
  readonly span: TimelineSpan | null;
  readonly attempts: readonly TimelineSpan[];
  readonly calls: readonly TimelineSpan[];
  readonly children: readonly SpanNode[];
  /** Of all calls inside, in US dollars; null without a call. */
  readonly cost_usd: string | null;
  readonly exact: boolean;
  /** It, or something inside it, did not complete. */
  readonly hasTrouble: boolean;
}

interface Draft {
  readonly span: TimelineSpan;
  readonly attempts: TimelineSpan[];
  readonly calls: TimelineSpan[];
  readonly children: Draft[];
  readonly costs: string[];
  cost_usd: string | null;
  exact: boolean;
  hasTrouble: boolean;
}

/** Returns the top rows. Nodes that did not run come last. */
export function spanTree(timeline: readonly TimelineSpan[], steps: readonly Step[]): SpanNode[] {
  const drafts = draftTree(timeline);
  const [root] = drafts;
  for (const draft of drafts.toReversed()) closeDraft(draft);
  const phases = root === undefined ? [] : root.children;
  const hasPlanner = phases.some(({ span }) => span.kind === 'planner');
  const tops = hasPlanner ? phases : phases.flatMap(childrenOfPhase);
  const ran = new Set(timeline.map(({ node }) => node));
  const idle = steps.filter(({ node_id, status }) => status === 'not_executed' && !ran.has(node_id));
  return [...tops.map(finish), ...idle.map(idleNode)];
}

/** All but the attempts, in the order of the timeline: the run is first. */
function draftTree(timeline: readonly TimelineSpan[]): Draft[] {
  const byId = new Map<string, Draft>();
  const drafts: Draft[] = [];
  for (const span of timeline) {
    const parent = span.parent === null ? undefined : byId.get(span.parent);
    if (span.kind === 'attempt' && parent !== undefined) {
      parent.attempts.push(span);
      byId.set(span.id, parent);
      continue;
    }
    const draft: Draft = {
      span,
      ...{ attempts: [], calls: [], children: [], costs: [] },
      ...{ cost_usd: null, exact: true, hasTrouble: false },
    };
    byId.set(span.id, draft);
    drafts.push(draft);
    if (parent === undefined) continue;
    parent.children.push(draft);
    if (span.kind === 'call') parent.calls.push(span);
  }
  return drafts;
}

function childrenOfPhase(draft: Draft): Draft[] {
  return draft.span.kind === 'workflow' ? draft.children : [draft];
}

/** Children are closed before their parents. */
function closeDraft(draft: Draft): void {
  const { span, children, costs } = draft;
  if (span.kind === 'call' && span.cost_usd !== undefined && span.cost_usd !== null)
    costs.push(span.cost_usd);
  for (const child of children) if (child.cost_usd !== null) costs.push(child.cost_usd);
  draft.cost_usd = costs.length === 0 ? null : sumAmounts(costs);
  draft.exact = span.exact !== false && children.every(({ exact }) => exact);
  draft.hasTrouble = span.status !== 'completed' || children.some(({ hasTrouble }) => hasTrouble);
}

function finish(draft: Draft): SpanNode {
  const { span, attempts, calls, children, cost_usd, exact, hasTrouble } = draft;
  // A nested workflow is the node that runs it.
  const inner = span.kind === 'node' || span.kind === 'item' ? children.flatMap(childrenOfPhase) : children;
  return {
    id: span.id,
    kind: span.kind,
    name: nameOf(span),
    span,
    ...{ attempts, calls, cost_usd, exact, hasTrouble },
    children: inner.map(finish),
  };
}

function idleNode({ node_id }: Step): SpanNode {
  return {
    ...{ id: `idle:${node_id}`, kind: 'node', name: node_id, span: null },
    ...{ attempts: [], calls: [], children: [], cost_usd: null, exact: true, hasTrouble: false },
  };
}

function nameOf({ kind, name, node = '', visit = 1, item }: TimelineSpan): string {
  const again = visit > 1 ? ` #${String(visit)}` : '';
  switch (kind) {
    case 'node':
      return `${node.slice(node.lastIndexOf('/') + 1)}${again}`;
    case 'item':
      return `item ${String(item ?? 0)}`;
    case 'call':
      return name.slice(name.lastIndexOf('/') + 1);
    case 'planner':
      return 'planner';
    case 'run':
    case 'workflow':
    case 'attempt':
      return name;
  }
}

/** A row, and how far it is indented. */
export interface VisibleRow {
  readonly row: SpanNode;
  readonly depth: number;
}

/** Lists the rows whose parents are all open. */
export function visibleRows(tree: readonly SpanNode[], open: ReadonlySet<string>): VisibleRow[] {
  const rows: VisibleRow[] = [];
  const add = (nodes: readonly SpanNode[], depth: number): void => {
    for (const row of nodes) {
      rows.push({ row, depth });
      if (open.has(row.id)) add(row.children, depth + 1);
    }
  };
  add(tree, 0);
  return rows;
}

/** With more rows, only the way to what went wrong is open at first. */
const OPEN_ROWS = 40;

/** Ids of the rows that are open at first. */
export function firstOpen(tree: readonly SpanNode[]): Set<string> {
  const all = new Set<string>();
  const troubled = new Set<string>();
  let count = 0;
  const add = (nodes: readonly SpanNode[]): void => {
    for (const { id, kind, children, hasTrouble } of nodes) {
      count += 1;
      if (children.length > 0) all.add(id);
      const isPhase = kind === 'planner' || kind === 'workflow';
      if (children.length > 0 && (isPhase || hasTrouble)) troubled.add(id);
      add(children);
    }
  };
  add(tree);
  return count <= OPEN_ROWS ? all : troubled;
}
