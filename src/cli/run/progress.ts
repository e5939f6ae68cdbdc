// Displays a run while it goes on. Prints a line for each node that ended, one moving line for the current node, and
// a last line with the totals. Everything in it comes from the summary projection.
import { startLive, type Fold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import type { NodeSummary, Summary } from '../../../projections/summary/schema.ts';
import { createSummary } from '../../../projections/summary/projection.ts';
import type { EventOf, LogEvent } from '../../events/event.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import type { ToolProgress } from '../../nodes/mcp/tool-caller.ts';
import type { ModelText } from '../../nodes/run-context.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { colour } from '../terminal/colour.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { formatCount } from '../../values/format-count.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ModelTexts } from './model-texts.ts';

/** The first line: the workflow, or the model that plans one. */
export type Heading =
  { readonly name: string; readonly nodes: readonly string[] } | { readonly planner: string };

export interface Progress {
  /** Draws nothing until `work` is done. */
  pauseWhile<T>(work: () => Promise<T>): Promise<T>;
  /** Shows how far the call of a tool is. */
  readonly showToolProgress: (progress: ToolProgress) => void;
  /** Shows a part of an answer that is streamed. */
  readonly showModelText: (part: ModelText) => void;
  /** Prints the last line, which stays. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[2K';
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
/** Two spaces, the mark, a space, and one that keeps the cursor in the line. */
const MARGIN = 5;
/** Longer ids push their times to the right. */
const WIDEST_ID = 40;
/** Characters of the message of a tool. */
const LONGEST_MESSAGE = 60;
/** The longest id of a planner node, so that all lines are aligned. */
const PLANNER_NODES = ['parameter-preparation'];

export interface ProgressSource {
  readonly log: Pick<EventLog, 'follow' | 'redact'>;
  readonly pricing: Pricing;
}

export function startProgress(source: ProgressSource, terminal: Terminal, heading: Heading): Progress {
  return new LiveDisplay(source, terminal, heading);
}

class LiveDisplay implements Progress {
  private readonly log: ProgressSource['log'];
  private readonly terminal: Terminal;
  private readonly heading: Heading;
  private readonly live: Fold<unknown, Summary>;
  private readonly start = systemLogHost.monotonic();
  /** By node id: how far the call of its tool is. */
  private readonly reported = new Map<string, string>();
  private readonly texts: ModelTexts;
  private readonly unsubscribe: () => void;
  private readonly timer: NodeJS.Timeout;
  private width: number;
  private frame = 0;
  private isPaused = false;
  /** The cursor is behind a part of a text, which has to stay. */
  private isInText = false;

  constructor({ log, pricing }: ProgressSource, terminal: Terminal, heading: Heading) {
    this.log = log;
    this.terminal = terminal;
    this.heading = heading;
    this.live = startLive(createSummary({ pricing }));
    this.width = widthFor('planner' in heading ? PLANNER_NODES : heading.nodes);
    this.texts = new ModelTexts((text) => log.redact(text));
    terminal.err(headingLine(heading));
    this.unsubscribe = log.follow((event) => {
      this.addEvent(event);
    });
    this.timer = setInterval(() => {
      this.draw();
    }, REDRAW_MS);
    this.timer.unref();
  }

  async pauseWhile<T>(work: () => Promise<T>): Promise<T> {
    this.clearLine();
    this.isPaused = true;
    try {
      return await work();
    } finally {
      this.isPaused = false;
    }
  }

  readonly showToolProgress = (progress: ToolProgress): void => {
    this.reported.set(progress.node, toOneLine(this.log.redact(toolProgressText(progress))));
  };

  readonly showModelText = (part: ModelText): void => {
    this.texts.add(part);
  };

  end(): void {
    clearInterval(this.timer);
    this.unsubscribe();
    this.showTexts();
    this.clearLine();
    this.terminal.err(lastLine(this.live.result()));
  }

  private addEvent(event: LogEvent): void {
    const { live, heading } = this;
    live.add(event);
    if (event.type === 'node.completed' || event.type === 'node.failed')
      this.reported.delete(event.node ?? '');
    if (event.type === 'llm.completed' || event.type === 'llm.failed') {
      this.texts.end(event.node ?? '', event.item);
      this.showTexts();
    }
    const isPlanned = 'planner' in heading && event.type === 'workflow.started';
    if (isPlanned) this.width = widthFor(event.data.nodes);
    const line = isPlanned ? headingLine(event.data) : endedLine(event, live, this.width);
    if (line === undefined) return;
    this.clearLine();
    this.terminal.err(line);
  }

  private draw(): void {
    if (this.isPaused) return;
    this.showTexts();
    if (this.isInText) return;
    this.frame += 1;
    const line = movingLine(this.live.result(), systemLogHost.monotonic() - this.start, {
      width: this.width,
      columns: this.terminal.columns() - MARGIN,
      reported: this.reported,
    });
    this.clearLine();
    const mark = colour.cyan(FRAMES[this.frame % FRAMES.length] ?? '');
    if (line !== '') this.terminal.err(`  ${mark} ${line}`);
  }

  private showTexts(): void {
    const text = this.isPaused || this.texts.isEmpty ? '' : this.texts.take();
    if (text === '') return;
    if (!this.isInText) this.terminal.control(CLEAR_LINE);
    this.terminal.err(text);
    this.isInText = !text.endsWith('\n');
  }

  /** Makes the line of the cursor empty: clears the moving line, and goes on below a text. */
  private clearLine(): void {
    if (this.isInText) this.terminal.err('\n');
    else this.terminal.control(CLEAR_LINE);
    this.isInText = false;
  }
}

function headingLine(heading: Heading): string {
  if ('planner' in heading) return `${colour.bold('planner')}  ${toOneLine(heading.planner)}\n`;
  return `${colour.bold(toOneLine(heading.name))}  ${formatCount(heading.nodes.length, 'node')}\n`;
}

function widthFor(ids: readonly string[]): number {
  return Math.min(Math.max(8, ...ids.map((id) => id.length)), WIDEST_ID);
}

interface MovingLine {
  readonly width: number;
  readonly columns: number;
  /** By node id: how far the call of its tool is. */
  readonly reported: ReadonlyMap<string, string>;
}

/** `2/4  message of the server`. */
function toolProgressText({ progress, total, message = '' }: ToolProgress): string {
  const share = total === undefined ? String(progress) : `${String(progress)}/${String(total)}`;
  return message === '' ? share : `${share}  ${message.slice(0, LONGEST_MESSAGE)}`;
}

/** Shows the node that has run for longest, and the totals so far. */
function movingLine(summary: Summary, elapsedMs: number, { width, columns, reported }: MovingLine): string {
  const [first, ...others] = summary.nodes.filter((node) => node.state === 'running');
  if (first === undefined) return '';
  const since = Math.max(0, elapsedMs - (first.since_ms ?? elapsedMs));
  const attempt = first.attempt === undefined ? '' : `  attempt ${String(first.attempt)}`;
  const more = others.length === 0 ? '' : `  and ${formatCount(others.length, 'more', 'more')}`;
  const tool = reported.get(first.node_id);
  const share = tool === undefined ? '' : `  ${tool}`;
  const items = itemsText(first);
  const progress =
    items === '' ? `  ${formatDuration(since).padStart(8)}${attempt}` : items + itemsCost(first);
  const node = `${first.node_id.padEnd(width)}${progress}${share}${more}`;
  const money = summary.calls === 0 ? '' : `  ${formatDollars(summary.cost_usd, summary.cost_is_exact)}`;
  const sum = `   total ${formatDuration(elapsedMs)}${money}`;
  return node.length + sum.length > columns ? node.slice(0, Math.max(0, columns)) : node + colour.dim(sum);
}

/** `  37/100  2 failed`; empty for a node without a batch. */
function itemsText({ items = 0, items_total, items_failed }: NodeSummary): string {
  if (items_total === undefined) return '';
  const failed = items_failed === undefined ? '' : `  ${formatCount(items_failed, 'failed', 'failed')}`;
  return `  ${String(items)}/${String(items_total)}${failed}`;
}

/** Leaves out zeros at the end of the amount. */
function itemsCost({ cost_usd }: NodeSummary): string {
  return cost_usd === 0 ? '' : `  ${formatDollars(cost_usd).replace(/0{1,2}$/u, '')}`;
}

function endedLine(event: LogEvent, live: Fold<unknown, Summary>, width: number): string | undefined {
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

function lastLine(summary: Summary): string {
  const status = summary.status === 'success' ? colour.green('success') : colour.red(summary.status);
  const ran = summary.nodes.filter((node) => node.state !== 'waiting' && node.state !== 'restored').length;
  const parts = [`${status} in ${formatDuration(summary.elapsed_ms)}`, formatCount(ran, 'node')];
  if (summary.calls > 0) {
    parts.push(formatCount(summary.calls, 'model call'), formatCount(summary.tokens, 'token'));
    parts.push(formatDollars(summary.cost_usd, summary.cost_is_exact));
  }
  return `${parts.join(' · ')}\n`;
}
