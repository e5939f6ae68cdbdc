// Draws the nodes of a run as a waterfall: one row for each visit, with a bar where it ran.
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { escapeInvisible, toOneLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { cutToWidth, padToWidth, textWidth } from '../terminal/text-width.ts';

export interface WaterfallView {
  readonly columns: number;
  /** Prints every row. */
  readonly isFull: boolean;
}

interface WaterfallRow {
  readonly name: string;
  readonly span: TimelineSpan | null;
  readonly bar: string;
  readonly about: string;
}

const ROWS_SHOWN = 40;
const WIDEST_NAME = 32;
const LEAST_BAR = 10;
const MOST_BAR = 60;
const TIME_WIDTH = 9;

export function waterfall(
  timeline: readonly TimelineSpan[],
  steps: readonly Step[],
  { columns, isFull }: WaterfallView,
): string[] {
  const nodes = timeline.filter(({ kind }) => kind === 'node');
  const inside = childrenOf(timeline);
  const ran = new Set(nodes.map(({ node }) => node));
  const waiting = steps.filter(({ node_id, status }) => status === 'not_executed' && !ran.has(node_id));
  const names = [...nodes.map(nameOf), ...waiting.map(({ node_id }) => node_id)];
  const nameWidth = Math.min(WIDEST_NAME, Math.max(4, ...names.map(textWidth)));
  const abouts = nodes.map((node) => aboutNode(node, inside));
  const taken = nameWidth + TIME_WIDTH + 7;
  const longest = Math.min(50, Math.max(0, ...abouts.map(textWidth)));
  const barWidth = Math.max(LEAST_BAR, Math.min(MOST_BAR, columns - taken - longest - 2));
  const end = Math.max(1, ...timeline.map(({ start_ms, end_ms }) => end_ms ?? start_ms));
  const scale: Scale = { end, width: barWidth };
  const rows: WaterfallRow[] = [
    ...nodes.map((span, index) => ({
      name: nameOf(span),
      span,
      bar: drawBar(span, inside, scale),
      about: abouts[index] ?? '',
    })),
    ...waiting.map(({ node_id }) => ({ name: node_id, span: null, bar: '', about: 'not run' })),
  ];
  const kept = isFull ? rows : shortened(rows);
  return kept.map((row) => rowText(row, { nameWidth, barWidth, columns }));
}

interface RowSize {
  readonly nameWidth: number;
  readonly barWidth: number;
  readonly columns: number;
}

const MARKS: Readonly<Record<TimelineSpan['status'], string>> = {
  completed: colour.green('✓'),
  failed: colour.red('✗'),
  interrupted: colour.yellow('■'),
  paused: colour.yellow('■'),
  denied: colour.red('✗'),
  running: colour.cyan('▸'),
};

function rowText(row: WaterfallRow | string, { nameWidth, barWidth, columns }: RowSize): string {
  if (typeof row === 'string') return colour.dim(row);
  const name = padToWidth(cutToWidth(safe(row.name), nameWidth), nameWidth);
  const rest = Math.max(0, columns - nameWidth - TIME_WIDTH - barWidth - 7);
  const about = cutToWidth(row.about, Math.max(rest, 12));
  if (row.span === null) return colour.dim(`${name}  ·  ${' '.repeat(TIME_WIDTH)} ${about}`);
  const time = timeOf(row.span).padStart(TIME_WIDTH);
  const bar = padToWidth(row.bar, barWidth);
  const drawn = row.span.status === 'failed' ? colour.red(bar) : colour.cyan(bar);
  return `${name}  ${MARKS[row.span.status]} ${time}  ${drawn}  ${colour.dim(about)}`.trimEnd();
}

function safe(text: string): string {
  return escapeInvisible(toOneLine(text));
}

function nameOf({ node = '', visit = 1, id }: TimelineSpan): string {
  const depth = node.split('/').length - 1;
  const name = `${'  '.repeat(depth)}${node.slice(node.lastIndexOf('/') + 1)}`;
  const phase = id.startsWith('planner-node:') ? 'plan: ' : '';
  return `${phase}${name}${visit > 1 ? ` #${String(visit)}` : ''}`;
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
function aboutNode(span: TimelineSpan, inside: Children): string {
  const all = descendants(span, inside);
  const calls = all.filter(({ kind }) => kind === 'call');
  const items = all.filter(({ kind, node }) => kind === 'item' && node === span.node);
  const attempts = (inside.get(span.id) ?? []).filter(({ kind }) => kind === 'attempt');
  return [...itemsText(items), ...callsText(calls), ...attemptsText(attempts)].join('  ');
}

function descendants(span: TimelineSpan, inside: Children): TimelineSpan[] {
  return (inside.get(span.id) ?? []).flatMap((child) =>
    child.kind === 'node' || child.kind === 'workflow' ? [] : [child, ...descendants(child, inside)],
  );
}

function itemsText(items: readonly TimelineSpan[]): string[] {
  if (items.length === 0) return [];
  const failed = items.filter(({ status }) => status === 'failed').length;
  return [`${formatCount(items.length, 'item')}${failed === 0 ? '' : `, ${String(failed)} failed`}`];
}

function callsText(calls: readonly TimelineSpan[]): string[] {
  const [first] = calls;
  if (first === undefined) return [];
  const model = (first.model ?? '').replace(/^[^/]*\//u, '');
  const input = calls.reduce((sum, { tokens }) => sum + (tokens?.input ?? 0), 0);
  const output = calls.reduce((sum, { tokens }) => sum + (tokens?.output ?? 0), 0);
  const usd = sumAmounts(calls.map(({ cost_usd }) => cost_usd ?? '0'));
  const count = calls.length === 1 ? '' : ` ×${String(calls.length)}`;
  // A call that failed before it was counted has neither.
  if (input + output === 0 && usd === '0') return [`${safe(model)}${count}`];
  return [
    `${safe(model)}${count}`,
    `${groupDigits(input)} → ${groupDigits(output)} tokens`,
    formatDollars(
      usd,
      calls.every(({ exact }) => exact !== false),
    ),
  ];
}

function attemptsText(attempts: readonly TimelineSpan[]): string[] {
  if (attempts.length < 2) return [];
  const waits = attempts.flatMap(({ wait_ms }) => (wait_ms === undefined ? [] : [formatDuration(wait_ms)]));
  return [`${formatCount(attempts.length, 'attempt')} (waited ${waits.join(', ')})`];
}

/** Keeps the first rows, the last ones, and everything that did not complete. */
function shortened(rows: readonly WaterfallRow[]): (WaterfallRow | string)[] {
  if (rows.length <= ROWS_SHOWN) return [...rows];
  const edge = ROWS_SHOWN / 2 - 2;
  const isKept = (row: WaterfallRow, index: number): boolean =>
    index < edge || index >= rows.length - edge || (row.span !== null && row.span.status !== 'completed');
  const kept: (WaterfallRow | string)[] = [];
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
