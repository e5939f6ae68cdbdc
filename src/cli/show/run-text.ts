// Puts one run on one screen: its header, a waterfall, why it failed, and the next commands.
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import { formatClock } from '../terminal/clock-text.ts';
import { colour } from '../terminal/colour.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { formatJson } from '../terminal/json-text.ts';
import { cutToWidth, padToWidth, textWidth } from '../terminal/text-width.ts';
import { elapsedMs, reasonText } from '../runs/runs-table.ts';
import { failureText } from './failure-text.ts';
import type { NextSteps } from './next-steps.ts';
import { nodeText } from './node-text.ts';
import type { ReadRun } from './read-run.ts';
import { waterfall } from './waterfall.ts';
import { inStatusColour } from '../terminal/status-colour.ts';

export interface RunView {
  readonly columns: number;
  readonly zone: TimeZone;
  readonly isFull: boolean;
  /** Until when a run that goes on has taken. */
  readonly now: number;
  /** Shows this node instead of the failure. */
  readonly node?: string;
}

export function runText(read: ReadRun, steps: NextSteps, view: RunView): string {
  const { failure, warnings, run } = read;
  const lines = [
    headline(read, view),
    ...factLines(read, view),
    '',
    ...waterfall(read, view),
    ...(view.node === undefined
      ? failure === null
        ? warnings.map(({ message }) => `${colour.yellow('warning')} ${toVisibleLine(message)}`)
        : failureText(failure, { ...view, isLive: run.status === 'running' })
      : nodeText(view.node, read, view)),
    ...(run.status === 'success' || run.status === 'running' ? [] : ['', ...nextLines(steps, view.columns)]),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

const TIMES: Readonly<Record<string, string>> = {
  success: 'in',
  running: 'for',
  incomplete: 'after at least',
};

function headline({ run }: ReadRun, { zone, now }: RunView): string {
  const { workflow, status, cost_usd, exact, calls, started_at } = run;
  const time = `${TIMES[status] ?? 'after'} ${formatDuration(elapsedMs(run, now))}`;
  const parts = [...(calls === 0 ? [] : [formatDollars(cost_usd, exact)]), formatClock(started_at, zone)];
  const head = `${colour.bold(toVisibleLine(workflow ?? 'run'))}   ${inStatusColour(status, status)} ${time}`;
  return `${head} ${colour.dim(`· ${parts.join(' · ')}`)}`;
}

/** Run id, reason in a word, labels and inputs with their origins. */
function factLines({ run, started }: ReadRun, { columns, isFull }: RunView): string[] {
  const reason = run.status === 'interrupted' || run.status === 'incomplete' ? reasonText(run) : '';
  const tags = Object.entries(run.tags ?? {}).map(([key, value]) => toVisibleLine(`${key}=${value}`));
  const inputs = Object.entries(started?.inputs ?? {});
  const origins = started?.input_origins ?? {};
  const fit = (text: string): string => (isFull ? text : cutToWidth(text, Math.max(30, columns - 8)));
  return [
    `${colour.dim('run')}     ${run.run}${reason === '' ? '' : colour.dim(`  ${reason}`)}`,
    `${colour.dim('log')}     ${toVisibleLine(run.file)}`,
    ...(run.resumed_from === undefined ? [] : [`${colour.dim('from')}    ${run.resumed_from}`]),
    ...(tags.length === 0 ? [] : [`${colour.dim('tags')}    ${fit(tags.join(', '))}`]),
    ...inputs.map(([name, value], index) => {
      const origin = Object.hasOwn(origins, name) ? (origins[name] ?? '') : '';
      const from = origin === '' || origin === 'given' ? '' : `  (${origin})`;
      const text = typeof value === 'string' ? value : formatJson(value);
      const room = Math.max(20, columns - name.length - 24);
      const shown = isFull ? toVisibleLine(text) : cutToWidth(toVisibleLine(text.slice(0, 2_000)), room);
      return `${colour.dim(index === 0 ? 'inputs' : '      ')}  ${toVisibleLine(name)}=${shown}${colour.dim(from)}`;
    }),
  ];
}

/** Commands that go on from here. */
function nextLines({ advice, next: commands }: NextSteps, columns: number): string[] {
  const lines = advice === null ? [] : [toVisibleLine(advice)];
  if (commands.length === 0) return lines;
  const width = Math.max(...commands.map(({ command }) => textWidth(command)));
  const widest = Math.max(...commands.map(({ does }) => textWidth(does)));
  // What a command does is below it where both do not fit beside each other.
  const isBeside = width + widest + 4 <= columns;
  return [
    ...lines,
    colour.dim('next'),
    ...commands.flatMap(({ command, does }) => {
      const shown = toVisibleLine(command);
      return isBeside
        ? [`  ${padToWidth(shown, width)}  ${colour.dim(does)}`]
        : [`  ${shown}`, `    ${colour.dim(does)}`];
    }),
  ];
}
