// Lines of the displays of a run that goes on: the heading, a line for each node that ended, and the totals.
import type { Fold } from '../../../projections/fold.ts';
import type { NodeSummary, Summary } from '../../../projections/summary/schema.ts';
import type { EventOf, LogEvent } from '../../events/event.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { formatCount } from '../../values/format-count.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { colour } from '../terminal/colour.ts';

/** The first line: the workflow, or the model that plans one. */
export type Heading =
  { readonly name: string; readonly nodes: readonly string[] } | { readonly planner: string };

/** Longer ids push their times to the right. */
const WIDEST_ID = 40;
/** The longest id of a planner node, so that all lines are aligned. */
const PLANNER_NODES = ['parameter-preparation'];

export function headingLine(heading: Heading): string {
  if ('planner' in heading) return `${colour.bold('planner')}  ${toOneLine(heading.planner)}\n`;
  return `${colour.bold(toOneLine(heading.name))}  ${formatCount(heading.nodes.length, 'node')}\n`;
}

/** Of the column of ids. */
export function widthFor(heading: Heading): number {
  const ids = 'planner' in heading ? PLANNER_NODES : heading.nodes;
  return Math.min(Math.max(8, ...ids.map((id) => id.length)), WIDEST_ID);
}

/** `2 of 5`: how many nodes of the workflow have begun. Empty for a workflow of one node, and while planning. */
export function positionText({ nodes }: Summary): string {
  const own = nodes.filter(({ phase, node_id }) => phase === 'workflow' && !node_id.includes('/'));
  const begun = own.filter(({ state }) => state !== 'waiting').length;
  return own.length < 2 ? '' : `${String(begun)} of ${String(own.length)}`;
}

/** `  37/100  2 failed`; empty for a node without a batch. */
export function itemsText({ items = 0, items_total, items_failed }: NodeSummary): string {
  if (items_total === undefined) return '';
  const failed = items_failed === undefined ? '' : `  ${formatCount(items_failed, 'failed', 'failed')}`;
  return `  ${String(items)}/${String(items_total)}${failed}`;
}

export function endedLine(event: LogEvent, live: Fold<unknown, Summary>, width: number): string | undefined {
  if (event.type === 'warning.raised') return `  ${colour.yellow('!')} ${toOneLine(event.data.message)}\n`;
  // A batch has one line, however many items it has.
  if (event.item !== undefined) return undefined;
  if (event.type === 'node.retried') return retryLine(event, width);
  if (event.type === 'node.restored') return restoredLine(event, width);
  if (event.type !== 'node.completed' && event.type !== 'node.failed') return undefined;
  return nodeLine(event, live, width);
}

function nodeLine(
  event: EventOf<'node.completed' | 'node.failed'>,
  live: Fold<unknown, Summary>,
  width: number,
): string {
  const { node: id = '', phase = 'workflow' } = event;
  const ended = live.result().nodes.find((node) => node.node_id === id && node.phase === phase);
  const cost = ended?.cost_usd ?? 0;
  const items = ended === undefined ? '' : itemsText(ended);
  const mark = event.type === 'node.completed' ? colour.green('✓') : colour.red('✗');
  const money = cost === 0 ? '' : `  ${formatDollars(cost)}`;
  return `  ${mark} ${id.padEnd(width)}  ${colour.dim(formatDuration(event.data.duration_ms).padStart(8))}${items}${money}\n`;
}

function restoredLine({ node = '' }: EventOf<'node.restored'>, width: number): string {
  return `  ${colour.dim('↺')} ${node.padEnd(width)}  ${colour.dim('restored')}\n`;
}

function retryLine({ node = '', data }: EventOf<'node.retried'>, width: number): string {
  const wait = data.wait_ms === 0 ? '' : `again in ${formatDuration(data.wait_ms)}: `;
  return `  ${colour.yellow('↻')} ${node.padEnd(width)}  ${wait}${toOneLine(data.error.message)}\n`;
}

export function lastLine(summary: Summary): string {
  const status = summary.status === 'success' ? colour.green('success') : colour.red(summary.status);
  const ran = summary.nodes.filter((node) => node.state !== 'waiting' && node.state !== 'restored').length;
  const parts = [`${status} in ${formatDuration(summary.elapsed_ms)}`, formatCount(ran, 'node')];
  if (summary.calls > 0) {
    parts.push(formatCount(summary.calls, 'model call'), formatCount(summary.tokens, 'token'));
    parts.push(formatDollars(summary.cost_usd, summary.cost_is_exact));
  }
  return `${parts.join(' · ')}\n`;
}
