// Arranges the spans of a run as a tree for the waterfall: nodes with their items, nested nodes and calls.
import { sumAmounts } from '../../projections/pricing/decimal.ts';
import type { Step } from '../../projections/steps/schema.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import type { Phase } from '../events/event.ts';
import { idleStatus, spanStatus, type NodeStatus } from './node-status.ts';
import type { RestoredVisit } from './run-marks.ts';
import type { RunModel } from './run-model.ts';
import { draftTree, type Draft } from './span-drafts.ts';

/** A row of the waterfall, with the rows below it. */
export interface SpanNode {
  readonly id: string;
  readonly kind: TimelineSpan['kind'];
  readonly name: string;
  /** Planner nodes and workflow nodes may have the same name. */
  readonly phase: Phase;
  /** Path of the node that it is, or is part of; null for a phase. */
  readonly node: string | null;
  readonly visit: number;
  readonly item: number | undefined;
  readonly status: NodeStatus;
  /** Null for a node that did not run. */
  readonly span: TimelineSpan | null;
  /** Where a node that an earlier run completed ran. */
  readonly restored: RestoredVisit['from'] | null;
  /** Items that an earlier run completed. They have no rows. */
  readonly restoredItems: number;
  readonly attempts: readonly TimelineSpan[];
  readonly calls: readonly TimelineSpan[];
  readonly children: readonly SpanNode[];
  /** Known cost of all calls inside, in US dollars; null without a call. */
  readonly cost_usd: string | null;
  readonly exact: boolean;
  /** It, or something inside it, did not complete. */
  readonly hasTrouble: boolean;
}

export type TreeSource = Pick<RunModel, 'row' | 'timeline' | 'steps' | 'marks'>;

/** Returns the top rows. Nodes that did not run come last. */
export function spanTree(model: TreeSource): SpanNode[] {
  const { timeline, steps, marks } = model;
  const drafts = draftTree(timeline, marks.restored);
  const [root] = drafts;
  for (const draft of drafts.toReversed()) closeDraft(draft);
  const phases = root === undefined ? [] : root.children;
  const hasPlanner = phases.some(({ span }) => span.kind === 'planner');
  const tops = hasPlanner ? phases : phases.flatMap(childrenOfPhase);
  const known = new Set(drafts.map(({ span }) => span.node));
  const idle = steps.filter(({ node_id, status }) => status === 'not_executed' && !known.has(node_id));
  return [
    ...tops.map((draft) => finish(draft, phaseOfTop(draft), model)),
    ...idle.map((step) => idleNode(step, model)),
  ];
}

function phaseOfTop({ span: { kind } }: Draft): Phase {
  return kind === 'planner' ? 'planner' : 'workflow';
}

function childrenOfPhase(draft: Draft): Draft[] {
  return draft.span.kind === 'workflow' ? draft.children : [draft];
}

/** Children are closed before their parents. Most rows have at most one call, and there may be thousands of rows. */
function closeDraft(draft: Draft): void {
  const { span, children } = draft;
  const isCall = span.kind === 'call' && span.cost_usd !== undefined;
  draft.exact = span.exact !== false;
  draft.hasTrouble = span.status !== 'completed';
  const costs = isCall ? [span.cost_usd ?? '0'] : [];
  for (const { cost_usd, exact, hasTrouble } of children) {
    if (cost_usd !== null) costs.push(cost_usd);
    draft.exact &&= exact;
    draft.hasTrouble ||= hasTrouble;
  }
  const [first = null] = costs;
  draft.cost_usd = costs.length > 1 ? sumAmounts(costs) : first;
}

function finish(draft: Draft, phase: Phase, model: TreeSource): SpanNode {
  const { span, restored, attempts, calls, children, cost_usd, exact, hasTrouble } = draft;
  const { id, kind, node = null, visit = 1, item } = span;
  // A nested workflow is the node that runs it.
  const inner = kind === 'node' || kind === 'item' ? children.flatMap(childrenOfPhase) : children;
  return {
    id,
    kind,
    name: nameOf(span),
    phase,
    node,
    visit,
    item,
    status: restored === null ? spanStatus(span, model) : 'restored',
    span: restored === null ? span : null,
    restored,
    restoredItems: kind === 'node' ? restoredItems(model, node, visit) : 0,
    attempts,
    calls,
    cost_usd,
    exact,
    hasTrouble,
    children: inner.map((child) => finish(child, phase, model)),
  };
}

function restoredItems({ marks }: TreeSource, node: string | null, visit: number): number {
  return marks.restored.filter((one) => one.item !== undefined && one.node === node && one.visit === visit)
    .length;
}

function idleNode({ node_id }: Step, model: TreeSource): SpanNode {
  return {
    ...{ id: `idle:${node_id}`, kind: 'node', name: node_id, phase: 'workflow', node: node_id },
    ...{ visit: 1, item: undefined, status: idleStatus(model), span: null, restored: null, restoredItems: 0 },
    ...{ attempts: [], calls: [], children: [], cost_usd: null, exact: true, hasTrouble: false },
  };
}

function nameOf(span: TimelineSpan): string {
  const { kind, name } = span;
  switch (kind) {
    case 'node':
      return nameOfVisit(span);
    case 'item':
      return nameOfItem(span);
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

function nameOfVisit({ node = '', visit = 1 }: TimelineSpan): string {
  return `${node.slice(node.lastIndexOf('/') + 1)}${visit > 1 ? ` #${String(visit)}` : ''}`;
}

/** A node of a nested workflow that runs for an item has the item, too. */
function nameOfItem({ parent, node = '', item = 0 }: TimelineSpan): string {
  const isNested = parent?.startsWith('workflow:') === true;
  return isNested ? node.slice(node.lastIndexOf('/') + 1) : `item ${String(item)}`;
}

/** The statuses of the last visits of workflow nodes, by path. */
export function nodeStatuses(tree: readonly SpanNode[]): ReadonlyMap<string, NodeStatus> {
  const statuses = new Map<string, NodeStatus>();
  const add = (rows: readonly SpanNode[]): void => {
    for (const { kind, phase, node, status, children } of rows) {
      if (kind === 'node' && phase === 'workflow' && node !== null) statuses.set(node, status);
      add(children);
    }
  };
  add(tree);
  return statuses;
}
