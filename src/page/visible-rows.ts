// Lists the rows of the waterfall that are shown: those whose parents are open.
import type { SpanNode } from './span-tree.ts';

/** A row, and how far it is indented. */
export interface VisibleRow {
  readonly row: SpanNode;
  readonly depth: number;
}

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
