// Folds the events of a run for tests of the page.
import { startRunFold, withStatus, type RunModel } from '../../src/page/run-model.ts';
import { spanTree, type SpanNode } from '../../src/page/span-tree.ts';
import type { LogLine } from '../../src/page/log-lines.ts';
import type { RunBuilder } from '../support/run-builder.ts';
import { testPricing } from '../support/test-prices.ts';

/** `status`: of a run without an end. */
export function modelOf({ events }: RunBuilder, status?: 'running'): RunModel {
  const fold = startRunFold(testPricing());
  for (const event of events) fold.add(event);
  const model = fold.model();
  return status === undefined ? model : withStatus(model, status);
}

export function linesOf({ events }: RunBuilder): LogLine[] {
  return events.map((event) => ({ event, text: JSON.stringify(event) }));
}

/** Each row with its status, indented by its depth. */
export function rowsOf(model: RunModel): string[] {
  const list = (rows: readonly SpanNode[], indent: string): string[] =>
    rows.flatMap((row) => [`${indent}${row.name}: ${row.status}`, ...list(row.children, `${indent}  `)]);
  return list(spanTree(model), '');
}

/** Throws if no row has this id. */
export function rowIn(model: RunModel, id: string): SpanNode {
  const all = (rows: readonly SpanNode[]): SpanNode[] => rows.flatMap((row) => [row, ...all(row.children)]);
  const row = all(spanTree(model)).find((one) => one.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}
