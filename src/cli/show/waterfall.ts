// Draws the nodes of a run as a waterfall: one row for each visit, with a bar where it ran.
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { cutToWidth, padToWidth, textWidth } from '../terminal/text-width.ts';
import { rowsOf, shortened, type ShownNodes, type ChartRow } from './waterfall-rows.ts';

export interface WaterfallView {
  readonly columns: number;
  /** Prints every row. */
  readonly isFull: boolean;
}

const TIME_WIDTH = 9;
/** The mark, and two spaces between columns. */
const FIXED_WIDTH = TIME_WIDTH + 7;

export function waterfall(shownNodes: ShownNodes, { columns, isFull }: WaterfallView): string[] {
  const { timeline } = shownNodes;
  const rows = rowsOf(shownNodes);
  const shown = isFull ? rows : shortened(rows);
  const inside = childrenOf(timeline);
  const cells = shown.map((row) => (typeof row === 'string' ? row : cellsOf(row, inside, shownNodes.marks)));
  const layout = layoutOf(cells, isFull ? Infinity : columns);
  const end = timeline.reduce((last, { start_ms, end_ms }) => Math.max(last, end_ms ?? start_ms), 1);
  const draw = (span: TimelineSpan): string => drawBar(span, inside, { end, width: layout.bar });
  return cells.map((row) => rowText(row, layout, draw));
}

interface RowCells {
  readonly name: string;
  readonly span: TimelineSpan | null;
  readonly cost: string;
  readonly isRestored: boolean;
  /** The most important first. */
  readonly about: readonly string[];
}

function cellsOf(
  { name, span, isRestored }: ChartRow,
  inside: Children,
  marks: ShownNodes['marks'],
): RowCells {
  if (span === null)
    return {
      name: toVisibleLine(name),
      span,
      isRestored,
      cost: '',
      about: [isRestored ? 'restored' : 'not run'],
    };
  return { name: toVisibleLine(name), span, isRestored, ...aboutNode(span, inside, marks) };
}

/** Widths of the columns; 0 for one that is left out. */
interface Layout {
  readonly name: number;
  readonly bar: number;
  readonly cost: number;
  readonly about: number;
}

const WIDEST_NAME = 32;
const NARROW_NAME = 20;
const LEAST_NAME = 8;
const MOST_BAR = 60;
const NARROW_BAR = 10;
const LEAST_BAR = 4;
const MOST_ABOUT = 50;
const LEAST_ABOUT = 12;

/** Makes the bar narrower first, then the name, then the text about the node. Amounts are never cut. */
function layoutOf(rows: readonly (RowCells | string)[], columns: number): Layout {
  const cells = rows.filter((row) => typeof row !== 'string');
  const widest = (widthOf: (row: RowCells) => number): number =>
    cells.reduce((most, row) => Math.max(most, widthOf(row)), 0);
  const name = Math.max(
    4,
    widest((row) => textWidth(row.name)),
  );
  const about = widest((row) => textWidth(row.about.join(GAP)));
  const cost = widest((row) => textWidth(row.cost));
  if (columns === Infinity) return { name, bar: MOST_BAR, cost, about };
  const free = columns - FIXED_WIDTH - (cost === 0 ? 0 : cost + GAP.length);
  return { cost, ...shareWidth(free, Math.min(WIDEST_NAME, name), Math.min(MOST_ABOUT, about)) };
}

const GAP = '  ';

function shareWidth(free: number, name: number, about: number): Omit<Layout, 'cost'> {
  const bar = Math.min(MOST_BAR, free - name - about - GAP.length);
  if (bar >= NARROW_BAR) return { name, bar, about };
  const left = free - NARROW_BAR - GAP.length;
  const narrow = Math.max(Math.min(name, NARROW_NAME), Math.min(name, left - about));
  if (left - narrow >= LEAST_ABOUT) return { name: narrow, bar: NARROW_BAR, about: left - narrow };
  return shareLittle(
    free - GAP.length,
    Math.min(narrow, Math.max(LEAST_NAME, free - LEAST_ABOUT - GAP.length)),
  );
}

/** `free`: for the bar and the text about the node, beside a name that is as narrow as it may be. */
function shareLittle(free: number, name: number): Omit<Layout, 'cost'> {
  const about = Math.max(0, Math.min(LEAST_ABOUT, free - name));
  const bar = free - name - about;
  return { name, bar: bar < LEAST_BAR ? 0 : Math.min(NARROW_BAR, bar), about };
}

const MARKS: Readonly<Record<TimelineSpan['status'], string>> = {
  completed: colour.green('✓'),
  failed: colour.red('✗'),
  interrupted: colour.yellow('■'),
  paused: colour.yellow('■'),
  denied: colour.red('✗'),
  running: colour.cyan('▸'),
};

function rowText(row: RowCells | string, layout: Layout, draw: (span: TimelineSpan) => string): string {
  if (typeof row === 'string') return colour.dim(row);
  const { span } = row;
  const name = padToWidth(cutToWidth(row.name, layout.name), layout.name);
  const about = fitParts(row.about, layout.about);
  if (span === null)
    return colour.dim(`${name}  ${row.isRestored ? '↺' : '·'}  ${' '.repeat(TIME_WIDTH)} ${about}`);
  const time = timeOf(span).padStart(TIME_WIDTH);
  const paint = span.status === 'failed' ? colour.red : colour.cyan;
  const columns = [
    `${name}  ${MARKS[span.status]} ${time}`,
    ...(layout.bar === 0 ? [] : [paint(padToWidth(draw(span), layout.bar))]),
    ...(layout.cost === 0 ? [] : [padToWidth(row.cost, layout.cost, 'right')]),
    ...(about === '' ? [] : [colour.dim(about)]),
  ];
  return columns.join(GAP);
}

/** Joins the parts that fit as a whole: half of a number is another number. */
function fitParts([first = '', ...more]: readonly string[], columns: number): string {
  let text = cutToWidth(first, columns);
  for (const part of more) {
    const longer = `${text}${GAP}${part}`;
    if (textWidth(longer) > columns) return text;
    text = longer;
  }
  return text;
}

function timeOf({ start_ms, end_ms }: TimelineSpan): string {
  return end_ms === null ? '…' : formatDuration(Math.max(0, end_ms - start_ms));
}

type Children = ReadonlyMap<string, readonly TimelineSpan[]>;

function childrenOf(timeline: readonly TimelineSpan[]): Children {
  const children = new Map<string, TimelineSpan[]>();
  for (const span of timeline) {
    if (span.parent === null) continue;
    const own = children.get(span.parent);
    if (own === undefined) children.set(span.parent, [span]);
    else own.push(span);
  }
  return children;
}

interface Scale {
  /** Milliseconds of the whole run. */
  readonly end: number;
  readonly width: number;
}

/** `▕█▏···▕█▏`: attempts, and the pauses between them. A short node is `▏`. */
function drawBar(span: TimelineSpan, inside: Children, { end, width }: Scale): string {
  const attempts = (inside.get(span.id) ?? []).filter(({ kind }) => kind === 'attempt');
  const cells = new Array<string>(width).fill(' ');
  const at = (ms: number): number => Math.max(0, Math.min(width - 1, Math.floor((ms / end) * width)));
  if (attempts.length > 0) {
    const last = attempts.at(-1);
    cells.fill('·', at(span.start_ms), at(last?.start_ms ?? span.start_ms) + 1);
  }
  for (const part of attempts.length > 0 ? attempts : [span]) {
    const from = at(part.start_ms);
    const to = at(part.end_ms ?? end);
    cells.fill('█', from, to + 1);
    const isShort = (part.end_ms ?? end) - part.start_ms < end / width / 2;
    if (isShort) cells[from] = '▏';
  }
  return cells.join('').trimEnd();
}

/** The model, its tokens and cost, and what was unusual. */
function aboutNode(
  span: TimelineSpan,
  inside: Children,
  { restored }: ShownNodes['marks'],
): Pick<RowCells, 'about' | 'cost'> {
  const all = descendants(span, inside);
  const calls = all.filter(({ kind }) => kind === 'call');
  const items = all.filter(({ kind, node }) => kind === 'item' && node === span.node);
  const itemsRestored = restored.filter(
    ({ node, visit, item }) => item !== undefined && node === span.node && visit === (span.visit ?? 1),
  ).length;
  const attempts = (inside.get(span.id) ?? []).filter(({ kind }) => kind === 'attempt');
  const { parts, cost } = callsText(calls);
  return { cost, about: [...itemsText(items, itemsRestored), ...attemptsText(attempts), ...parts] };
}

function descendants(span: TimelineSpan, inside: Children): TimelineSpan[] {
  return (inside.get(span.id) ?? []).flatMap((child) =>
    child.kind === 'node' || child.kind === 'workflow' ? [] : [child, ...descendants(child, inside)],
  );
}

function itemsText(items: readonly TimelineSpan[], restored: number): string[] {
  const total = items.length + restored;
  if (total === 0) return [];
  const counts = (['failed', 'interrupted'] as const).flatMap((word) => {
    const count = items.filter(({ status }) => status === word).length;
    return count === 0 ? [] : [`${String(count)} ${word}`];
  });
  const kept = restored === 0 ? [] : [`${String(restored)} restored`];
  return [[formatCount(total, 'item'), ...counts, ...kept].join(', ')];
}

function callsText(calls: readonly TimelineSpan[]): {
  readonly parts: readonly string[];
  readonly cost: string;
} {
  const [first] = calls;
  if (first === undefined) return { parts: [], cost: '' };
  const name = toVisibleLine((first.model ?? '').replace(/^[^/]*\//u, ''));
  const model = calls.length === 1 ? name : `${name} ×${String(calls.length)}`;
  const input = calls.reduce((sum, { tokens }) => sum + (tokens?.input ?? 0), 0);
  const output = calls.reduce((sum, { tokens }) => sum + (tokens?.output ?? 0), 0);
  const usd = sumAmounts(calls.map(({ cost_usd }) => cost_usd ?? '0'));
  // A call that failed before it was counted has neither.
  if (input + output === 0 && usd === '0') return { parts: [model], cost: '' };
  const isExact = calls.every(({ exact }) => exact !== false);
  return {
    parts: [model, `${groupDigits(input)} → ${groupDigits(output)} tokens`],
    cost: formatDollars(usd, isExact),
  };
}

function attemptsText(attempts: readonly TimelineSpan[]): string[] {
  if (attempts.length < 2) return [];
  const waits = attempts.flatMap(({ wait_ms }) => (wait_ms === undefined ? [] : [formatDuration(wait_ms)]));
  return [formatCount(attempts.length, 'attempt'), `waited ${waits.join(', ')}`];
}
