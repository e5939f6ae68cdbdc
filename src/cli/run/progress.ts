// Displays a run while it goes on. Prints a line for each node that ended, one moving line for the current node, and
// a last line with the totals. Everything in it comes from the summary projection.
import { startLive, type Fold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { NodeSummary, Summary } from '../../../projections/summary/schema.ts';
import { createSummary } from '../../../projections/summary/projection.ts';
import type { LogEvent } from '../../events/event.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import type { ToolProgress } from '../../nodes/mcp/tool-caller.ts';
import type { CommandOutputPart, ModelText } from '../../nodes/run-context.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { colour } from '../terminal/colour.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { formatCount } from '../../values/format-count.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ModelTexts } from './model-texts.ts';
import { OutputLines } from './output-lines.ts';
import {
  endedLine,
  headingLine,
  itemsText,
  lastLine,
  positionText,
  widthFor,
  type Heading,
} from './progress-lines.ts';
import { cutToWidth } from '../terminal/text-width.ts';

export interface Progress {
  /** Draws nothing until `work` is done. */
  pauseWhile<T>(work: () => Promise<T>): Promise<T>;
  /** Shows how far the call of a tool is. */
  readonly showToolProgress: (progress: ToolProgress) => void;
  /** Shows a part of an answer that is streamed. */
  readonly showModelText: (part: ModelText) => void;
  /** Shows the last line that a command has written. */
  readonly showCommandOutput: (part: CommandOutputPart) => void;
  /** Prints the last line, which stays. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[2K';
/** One line up. */
const UP = '\u001b[1A';
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
/** Two spaces, the mark, a space, and one that keeps the cursor in the line. */
const MARGIN = 5;
/** Characters of the message of a tool. */
const LONGEST_MESSAGE = 60;

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
  private readonly outputs: OutputLines;
  private readonly unsubscribe: () => void;
  private readonly timer: NodeJS.Timeout;
  private width: number;
  private frame = 0;
  private isPaused = false;
  /** Lines below the moving line, which are drawn again with it. */
  private linesBelow = 0;
  /** The cursor is behind a part of a text, which has to stay. */
  private isInText = false;

  constructor({ log, pricing }: ProgressSource, terminal: Terminal, heading: Heading) {
    this.log = log;
    this.terminal = terminal;
    this.heading = heading;
    this.live = startLive(createSummary({ pricing }));
    this.width = widthFor(heading);
    this.texts = new ModelTexts((text) => log.redact(text));
    this.outputs = new OutputLines((text) => log.redact(text));
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

  readonly showCommandOutput = (part: CommandOutputPart): void => {
    this.outputs.add(part);
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
    if (event.type === 'node.completed' || event.type === 'node.failed') {
      this.reported.delete(event.node ?? '');
      this.outputs.end(event.node ?? '');
    }
    if (event.type === 'llm.completed' || event.type === 'llm.failed') {
      this.texts.end(event.data.call, event.type === 'llm.completed' ? 'whole' : 'cut');
      this.showTexts();
    }
    const isPlanned = 'planner' in heading && event.type === 'workflow.started';
    if (isPlanned) this.width = widthFor(event.data);
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
    const summary = this.live.result();
    const columns = this.terminal.columns() - MARGIN;
    const line = movingLine(summary, systemLogHost.monotonic() - this.start, {
      ...{ width: this.width, columns, reported: this.reported },
    });
    this.clearLine();
    if (line === '') return;
    const below = this.textsBelow(summary).map((text) => `\n    ${colour.dim(cutToWidth(text, columns))}`);
    const mark = colour.cyan(FRAMES[this.frame % FRAMES.length] ?? '');
    this.terminal.err(`  ${mark} ${line}${below.join('')}`);
    this.linesBelow = below.length;
  }

  /** The last line of the running command, and the nodes to come. */
  private textsBelow({ nodes }: Summary): string[] {
    const running = nodes.find(({ state }) => state === 'running')?.node_id ?? '';
    const output = this.outputs.lastLine(running);
    const waiting = nodes.filter(({ state }) => state === 'waiting').map(({ node_id }) => node_id);
    return [
      ...(output === undefined ? [] : [output]),
      ...(waiting.length === 0 ? [] : [`then ${waiting.join(', ')}`]),
    ];
  }

  private showTexts(): void {
    const text = this.isPaused || this.texts.isEmpty ? '' : this.texts.take();
    if (text === '') return;
    if (!this.isInText) this.clearMoving();
    this.terminal.err(text);
    this.isInText = !text.endsWith('\n');
  }

  /** Makes the line of the cursor empty: clears the moving line, and goes on below a text. */
  private clearLine(): void {
    if (this.isInText) this.terminal.err('\n');
    else this.clearMoving();
    this.isInText = false;
  }

  private clearMoving(): void {
    this.terminal.control(CLEAR_LINE + (UP + CLEAR_LINE).repeat(this.linesBelow));
    this.linesBelow = 0;
  }
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
  const position = positionText(summary);
  const sum = `${position === '' ? '' : `   ${position}`}   total ${formatDuration(elapsedMs)}${money}`;
  return node.length + sum.length > columns ? node.slice(0, Math.max(0, columns)) : node + colour.dim(sum);
}

/** Leaves out zeros at the end of the amount. */
function itemsCost({ cost_usd }: NodeSummary): string {
  return cost_usd === 0 ? '' : `  ${formatDollars(cost_usd).replace(/0{1,2}$/u, '')}`;
}
