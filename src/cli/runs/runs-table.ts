// Formats a list of runs for people: a row for each run, and the reason in what the other columns leave.
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import { roundedTo, sumAmounts } from '../../../projections/pricing/decimal.ts';
import { RUN_STATUSES, type RunRow } from '../../../projections/runs/schema.ts';
import { formatCount } from '../../values/format-count.ts';
import { formatClock } from '../terminal/clock-text.ts';
import { colour } from '../terminal/colour.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { cutToWidth, padToWidth, textWidth } from '../terminal/text-width.ts';
import { shortReason } from './short-reason.ts';
import { inStatusColour } from '../terminal/status-colour.ts';

interface Column {
  readonly title: string;
  readonly cell: (row: RunRow) => string;
  readonly side?: 'right';
  /** Wider cells are cut. */
  readonly most?: number;
}

/** With fewer columns left for it, the reason goes on its own line. */
const LEAST_REASON = 30;
const GAP = '  ';
/** A smaller cost would be shown as nothing. */
const LEAST_SHOWN_USD = 0.0001;

export interface RunsView {
  readonly zone: TimeZone;
  /** Width of the screen. */
  readonly columns: number;
  /** Until when a run that goes on has taken; by default until its last event. */
  readonly now?: number;
}

export function runsTable(rows: readonly RunRow[], { zone, columns, now }: RunsView): string {
  const all: readonly Column[] = [
    { title: 'started', cell: ({ started_at }) => formatClock(started_at, zone) },
    { title: 'workflow', cell: ({ workflow }) => toVisibleLine(workflow ?? '-'), most: 24 },
    { title: 'status', cell: ({ status }) => status },
    { title: 'took', cell: (row) => durationText(row, now), side: 'right' },
    { title: 'cost', cell: costText, side: 'right' },
    { title: 'calls', cell: ({ calls }) => (calls === 0 ? '' : String(calls)), side: 'right' },
    { title: 'node', cell: nodeText, most: 20 },
  ];
  const sized = all
    .map((column) => ({
      ...column,
      cells: rows.map((row) => cutToWidth(column.cell(row), column.most ?? 40)),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({ ...column, width: Math.max(...[column.title, ...column.cells].map(textWidth)) }));
  const taken = sized.reduce((sum, { width }) => sum + width + GAP.length, 0);
  const isInline = columns - taken >= LEAST_REASON;
  const room = isInline ? columns - taken : Math.max(20, columns - 4);
  const reasons = rows.map((row) => reasonText(row, room));
  const hasReasons = reasons.some((reason) => reason !== '');
  const heading = sized.map(({ title, width, side }) => pad(title, width, side)).join(GAP);
  const lines = rows.flatMap((row, index) => {
    const cells = sized.map(({ title, cells: own, width, side }) =>
      paint(title, row, pad(own[index] ?? '', width, side)),
    );
    const reason = reasons[index] ?? '';
    const line = cells.join(GAP);
    if (reason === '') return [line];
    if (isInline) return [`${line}${GAP}${cutToWidth(reason, room)}`];
    return [line, colour.dim(`    ${cutToWidth(reason, room)}`)];
  });
  const title = hasReasons && isInline ? `${heading}${GAP}why` : heading;
  return [colour.dim(title.trimEnd()), ...lines].map((line) => `${line.trimEnd()}\n`).join('');
}

function pad(text: string, width: number, side: 'right' | undefined): string {
  return padToWidth(text, width, side ?? 'left');
}

function paint(title: string, { status }: RunRow, text: string): string {
  return title === 'status' ? inStatusColour(status, text) : text;
}

/** `3.6 s`; with `+` for a run without an end. */
function durationText(row: RunRow, now: number | undefined): string {
  const ms = now === undefined ? row.duration_ms : elapsedMs(row, now);
  return `${formatDuration(ms)}${row.ended_at === null ? '+' : ''}`;
}

/** Until now for a run that goes on: a node that hangs writes no event. */
export function elapsedMs({ status, started_at, duration_ms }: RunRow, now: number): number {
  const elapsed = status === 'running' ? now - Date.parse(started_at ?? '') : 0;
  return elapsed > duration_ms ? elapsed : duration_ms;
}

function costText({ cost_usd, exact, calls }: RunRow): string {
  if (calls === 0) return '';
  const sign = exact ? '' : '~';
  const isBelow = Number(cost_usd) > 0 && Number(cost_usd) < LEAST_SHOWN_USD;
  return isBelow ? `${sign}<$${String(LEAST_SHOWN_USD)}` : `${sign}$${roundedTo(4, cost_usd)}`;
}

function nodeText({ failed_node, attempts }: RunRow): string {
  if (failed_node === null) return '';
  return `${toVisibleLine(failed_node)}${attempts > 1 ? ` ×${String(attempts)}` : ''}`;
}

/** Why the run did not succeed, in one line. It is shortened where it has more than these columns. */
export function reasonText(row: RunRow, columns = Infinity): string {
  const { status, error, signal, failed_items } = row;
  switch (status) {
    case 'success':
      return '';
    case 'running':
      return 'still running';
    case 'incomplete':
      return 'the log ends while it ran';
    case 'interrupted':
      return signal ?? errorText(error, '', columns);
    case 'paused':
      return errorText(error, 'waits for approval', columns);
    case 'denied':
    case 'failed': {
      const items = itemsText(failed_items);
      return `${items}${errorText(error, 'no reason was recorded', columns - items.length)}`;
    }
  }
}

const ITEMS_NAMED = 3;

/** `item 3 of 5: `, `items 1, 4, 7 and 2 more of 25: `. Items have their index, as everywhere. */
function itemsText(failed: RunRow['failed_items']): string {
  if (failed === undefined) return '';
  const { items, count, of } = failed;
  const named = items.slice(0, ITEMS_NAMED);
  const more = count - named.length;
  const list = `${named.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
  return `${count === 1 ? 'item' : 'items'} ${list} of ${String(of)}: `;
}

function errorText(error: RunRow['error'], otherwise: string, columns: number): string {
  return toVisibleLine(shortReason(error?.message ?? otherwise, columns).slice(0, 2_000));
}

/** `37 runs: 30 success, 4 failed · $0.149642, including $0.025665 in runs that did not succeed`. */
export function runsTotal(rows: readonly RunRow[]): string {
  const counts = RUN_STATUSES.flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [`${String(count)} ${status}`];
  });
  const usd = (some: readonly RunRow[]): string => sumAmounts(some.map(({ cost_usd }) => cost_usd));
  const lost = usd(rows.filter(({ status }) => status !== 'success' && status !== 'running'));
  const isExact = rows.every(({ exact }) => exact);
  const doubted = new Set(rows.flatMap(({ doubts = [] }) => doubts.map(({ code }) => code)));
  const money = [
    ` · ${formatDollars(usd(rows), isExact)}`,
    lost === '0' ? '' : `, including ${formatDollars(lost, isExact)} in runs that did not succeed`,
    doubted.size === 0 ? '' : ` · not exact: ${[...doubted].sort().join(', ')}`,
  ];
  const list = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  return `${formatCount(rows.length, 'run')}${list}${rows.length === 0 ? '' : money.join('')}`;
}
