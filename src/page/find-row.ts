// Finds a row of the waterfall, by its id or by its node.
import type { RunModel } from './run-model.ts';
import { spanTree, type SpanNode } from './span-tree.ts';

/** Finds the node under another id, too: a node that has not run has one of its own. */
export function rowWithId(model: RunModel, id: string): SpanNode | undefined {
  const rows = allRows(spanTree(model));
  const row = rows.find((one) => one.id === id);
  if (row !== undefined) return row;
  const [, node] = /^(?:idle|restored|node):(.*?)(?:#\d+)?$/su.exec(id) ?? [];
  return rows.findLast((one) => one.kind === 'node' && one.phase === 'workflow' && one.node === node);
}

/** The last visit of a workflow node. */
export function nodeRowOf(model: RunModel, node: string): SpanNode | undefined {
  return allRows(spanTree(model)).findLast(
    (row) => row.kind === 'node' && row.phase === 'workflow' && row.node === node,
  );
}

function allRows(rows: readonly SpanNode[]): SpanNode[] {
  return rows.flatMap((row) => [row, ...allRows(row.children)]);
}
