// Formats checked logs for people: a line for each log with its findings below, and a last line with the sum.
import { placeText } from '../../log/read/reading-report.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import { colour } from '../terminal/colour.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { LOG_STATES, type CheckedLog, type VerifyFinding } from './verify-document.ts';

/** Of one log; more would hide those of other logs. */
const FINDINGS_SHOWN = 10;

const COLOUR = {
  unreadable: colour.red,
  damaged: colour.red,
  empty: colour.red,
  inconsistent: colour.red,
  incomplete: colour.yellow,
  torn: colour.yellow,
  ok: colour.green,
} as const satisfies Readonly<Record<CheckedLog['state'], (text: string) => string>>;

const STATE_WIDTH = Math.max(...LOG_STATES.map((state) => state.length));
const BELOW = ' '.repeat(STATE_WIDTH + 2);

export function verifyTable(logs: readonly CheckedLog[]): string {
  const cells = logs.map(
    ({ runs, events }) => [formatCount(runs.length, 'run'), formatCount(events, 'event')] as const,
  );
  const widths = [0, 1].map((column) => Math.max(0, ...cells.map((row) => (row[column] ?? '').length)));
  const lines = logs.flatMap((log, index) => {
    const [runs = '', events = ''] = cells[index] ?? [];
    const state = COLOUR[log.state](log.state.padEnd(STATE_WIDTH));
    return [
      `${state}  ${runs.padStart(widths[0] ?? 0)}  ${events.padStart(widths[1] ?? 0)}  ${toOneLine(log.log)}`,
      ...findingLines(log),
    ];
  });
  return `${[...lines, lastLine(logs)].join('\n')}\n`;
}

function findingLines({ findings, notes, runs }: CheckedLog): string[] {
  const several = runs.length > 1;
  const all = [
    ...findings.map((finding) => `${BELOW}${findingText(finding, several)}`),
    ...notes.map((note) => `${BELOW}${colour.dim(`note: ${findingText(note, several)}`)}`),
  ];
  if (all.length <= FINDINGS_SHOWN) return all;
  const rest = findings.concat(notes).slice(FINDINGS_SHOWN);
  const more = rest.reduce((sum, { count = 1 }) => sum + count, 0);
  return [
    ...all.slice(0, FINDINGS_SHOWN),
    `${BELOW}and ${formatCount(more, 'more', 'more')}: --json lists ${more === rest.length ? 'all' : 'some'}`,
  ];
}

function findingText(finding: VerifyFinding, several: boolean): string {
  const { run, message } = finding;
  const where = [several && run !== undefined ? `run ${run}` : '', placeOf(finding)]
    .filter(Boolean)
    .join(', ');
  return toOneLine(where === '' ? message : `${where}: ${message}`);
}

function placeOf({ line, offset, seq }: VerifyFinding): string {
  if (line === undefined || offset === undefined) return seq === undefined ? '' : `seq ${String(seq)}`;
  return placeText({ line, offset, ...present({ seq }) });
}

function lastLine(logs: readonly CheckedLog[]): string {
  const sum = (count: (log: CheckedLog) => number): number =>
    logs.reduce((total, log) => total + count(log), 0);
  const counts = [
    formatCount(logs.length, 'log'),
    formatCount(
      sum(({ runs }) => runs.length),
      'run',
    ),
    formatCount(
      sum(({ events }) => events),
      'event',
    ),
  ].join(', ');
  const states = LOG_STATES.flatMap((state) => {
    const count = logs.filter((log) => log.state === state).length;
    if (count === 0) return [];
    return [count === logs.length ? `${count === 1 ? '' : 'all '}${state}` : `${String(count)} ${state}`];
  });
  return colour.dim(`${counts}: ${states.join(', ')}`);
}
