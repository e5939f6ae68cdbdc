// What a terminal shows while a run goes on: a line for each node that ended, one line that moves for what is
// going on, and a last line with the sum. Everything in it comes from the summary projection.
import { startLive, type Fold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import type { Summary } from '../../../projections/summary-schema.ts';
import { createSummary } from '../../../projections/summary.ts';
import type { LogEvent } from '../../events/event.ts';
import type { EventLog } from '../../log/event-log.ts';
import { systemLogHost } from '../../log/log-host.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { oneLine } from '../one-line.ts';
import { paint } from '../paint.ts';
import { counted, dollars, seconds } from '../quantities.ts';
import type { Terminal } from '../terminal.ts';

export interface Progress {
  /** Leaves the last line standing. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[2K';
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
/** Two spaces, the mark, a space, and one that keeps the cursor in the line. */
const MARGIN = 5;
/** Longer ids push their times to the right. */
const WIDEST_ID = 40;

/** What is shown. */
export interface Shown {
  readonly log: Pick<EventLog, 'subscribe'>;
  readonly pricing: Pricing;
}

export function startProgress(
  { log, pricing }: Shown,
  terminal: Terminal,
  { name, workflow }: Pick<RunRequest, 'name' | 'workflow'>,
): Progress {
  const longest = Math.max(8, ...workflow.nodes.map((node) => node.id.length));
  const width = Math.min(longest, WIDEST_ID);
  const live = startLive(createSummary({ pricing }));
  const start = systemLogHost.monotonic();
  let frame = 0;
  terminal.err(`${paint.bold(oneLine(name))}  ${counted(workflow.nodes.length, 'node')}\n`);
  const draw = (): void => {
    frame += 1;
    const elapsed = systemLogHost.monotonic() - start;
    const line = movingLine(live.result(), elapsed, { width, columns: terminal.columns() - MARGIN });
    terminal.control(CLEAR_LINE);
    if (line !== '') terminal.err(`  ${paint.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${line}`);
  };
  const unsubscribe = log.subscribe((event) => {
    live.add(event);
    const line = endedLine(event, live, width);
    if (line === undefined) return;
    terminal.control(CLEAR_LINE);
    terminal.err(line);
  });
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    end() {
      clearInterval(timer);
      unsubscribe();
      terminal.control(CLEAR_LINE);
      terminal.err(lastLine(live.result()));
    },
  };
}

interface Room {
  readonly width: number;
  readonly columns: number;
}

/** The node that has been going on for longest, under the ones that have ended; then the run as a whole. */
function movingLine(summary: Summary, elapsedMs: number, { width, columns }: Room): string {
  const [first, ...others] = summary.nodes.filter((node) => node.state === 'running');
  if (first === undefined) return '';
  const since = Math.max(0, elapsedMs - (first.since_ms ?? elapsedMs));
  const attempt = first.attempt === undefined ? '' : `  attempt ${String(first.attempt)}`;
  const more = others.length === 0 ? '' : `  and ${counted(others.length, 'more', 'more')}`;
  const node = `${first.node_id.padEnd(width)}  ${seconds(since).padStart(8)}${attempt}${more}`;
  const money = summary.calls === 0 ? '' : `  ${dollars(summary.cost_usd, summary.cost_is_exact)}`;
  const sum = `   total ${seconds(elapsedMs)}${money}`;
  return node.length + sum.length > columns ? node.slice(0, Math.max(0, columns)) : node + paint.dim(sum);
}

function endedLine(event: LogEvent, live: Fold<unknown, Summary>, width: number): string | undefined {
  if (event.type === 'warning.raised') return `  ${paint.yellow('!')} ${oneLine(event.data.message)}\n`;
  if (event.type !== 'node.completed' && event.type !== 'node.failed') return undefined;
  const id = event.node ?? '';
  const cost = live.result().nodes.find((node) => node.node_id === id)?.cost_usd ?? 0;
  const mark = event.type === 'node.completed' ? paint.green('✓') : paint.red('✗');
  const money = cost === 0 ? '' : `  ${dollars(cost)}`;
  return `  ${mark} ${id.padEnd(width)}  ${paint.dim(seconds(event.data.duration_ms).padStart(8))}${money}\n`;
}

function lastLine(summary: Summary): string {
  const good = summary.status === 'success';
  const status = good ? paint.green('success') : paint.red(summary.status);
  const ran = summary.nodes.filter((node) => node.state !== 'waiting').length;
  const parts = [`${status} in ${seconds(summary.elapsed_ms)}`, counted(ran, 'node')];
  if (summary.calls > 0) {
    parts.push(counted(summary.calls, 'model call'), counted(summary.tokens, 'token'));
    parts.push(dollars(summary.cost_usd, summary.cost_is_exact));
  }
  return `${parts.join(' · ')}\n`;
}
