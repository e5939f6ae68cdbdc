// Lists the rows of a waterfall: nodes that ran, were restored, or did not run.
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import type { RunMarks } from '../../page/run-marks.ts';
import { formatCount } from '../../values/format-count.ts';

/** What is drawn. */
export interface ShownNodes {
  readonly timeline: readonly TimelineSpan[];
  readonly steps: readonly Step[];
  readonly marks: Pick<RunMarks, 'restored'>;
}

/** A node that ran, or one that did not. */
export interface ChartRow {
  readonly name: string;
  readonly span: TimelineSpan | null;
  readonly isRestored: boolean;
}

/** Restored nodes are where they would have run. */
export function rowsOf({ timeline, steps, marks: { restored } }: ShownNodes): ChartRow[] {
  const nodes = timeline.filter(({ kind }) => kind === 'node');
  const ran = new Set(nodes.map(({ node }) => node));
  const waiting = steps.filter(({ node_id, status }) => status === 'not_executed' && !ran.has(node_id));
  const rows: ChartRow[] = [];
  const left = restored.filter(({ item }) => item === undefined);
  const addRestored = (before: number): void => {
    while (left[0] !== undefined && left[0].ms <= before)
      rows.push({ name: nameOf(left.shift() ?? {}), span: null, isRestored: true });
  };
  for (const span of nodes) {
    addRestored(span.start_ms);
    rows.push({ name: nameOf(span), span, isRestored: false });
  }
  addRestored(Infinity);
  return [...rows, ...waiting.map(({ node_id }) => ({ name: node_id, span: null, isRestored: false }))];
}

type NamedVisit = Partial<Pick<TimelineSpan, 'node' | 'visit' | 'id'>>;

function nameOf({ node = '', visit = 1, id = '' }: NamedVisit): string {
  const depth = node.split('/').length - 1;
  const name = `${'  '.repeat(depth)}${node.slice(node.lastIndexOf('/') + 1)}`;
  const phase = id.startsWith('planner-node:') ? 'plan: ' : '';
  return `${phase}${name}${visit > 1 ? ` #${String(visit)}` : ''}`;
}

const ROWS_SHOWN = 40;

/** Keeps the first rows, the last ones, and everything that did not complete. */
export function shortened(rows: readonly ChartRow[]): (ChartRow | string)[] {
  if (rows.length <= ROWS_SHOWN) return [...rows];
  const edge = ROWS_SHOWN / 2 - 2;
  const isKept = (row: ChartRow, index: number): boolean =>
    index < edge || index >= rows.length - edge || (row.span !== null && row.span.status !== 'completed');
  const kept: (ChartRow | string)[] = [];
  let hidden = 0;
  const close = (): void => {
    if (hidden > 0) kept.push(`… ${formatCount(hidden, 'more node')}, with --full`);
    hidden = 0;
  };
  for (const [index, row] of rows.entries()) {
    if (!isKept(row, index)) hidden += 1;
    else {
      close();
      kept.push(row);
    }
  }
  close();
  return kept;
}
