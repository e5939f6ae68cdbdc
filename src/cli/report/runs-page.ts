// Puts together the page over many runs.
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import type { Figure } from '../../page/figures.ts';
import { durationText } from '../../page/duration-text.ts';
import { moneyText } from '../../page/money-text.ts';
import {
  byDay,
  byWorkflow,
  groupOf,
  isLost,
  type RunGroup,
  type RunsTally,
} from '../../page/runs-overview.ts';
import { renderRunsPage } from '../../page/static-page.ts';
import type { ListedRun, ListedRuns } from '../../replay/list-runs.ts';
import type { LogNote } from '../../replay/log-notes.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { reasonText } from '../runs/runs-table.ts';
import { formatClock } from '../terminal/clock-text.ts';
import { htmlText } from './html-shell.ts';
import { readPageAssets } from './page-assets.ts';

export interface RunsPageSource extends ListedRuns {
  readonly places: readonly string[];
  /** Of the runs with a page. */
  readonly tally: RunsTally;
  readonly zone: TimeZone;
  /** Addresses of pages, by run. */
  readonly hrefs: ReadonlyMap<ListedRun, string>;
  /** Runs that are in the tally, if not all with a page. */
  readonly tallied?: number;
  /** The address of events that report a change of the list, on a server. */
  readonly follows?: string;
}

const LISTED = 1_000;
const SLOWEST = 10;

export function runsPage(source: RunsPageSource): string {
  const { places, runs, notes, tally, zone, hrefs, tallied = hrefs.size, follows } = source;
  const title = `Runs in ${places.join(', ')}`;
  const html = renderRunsPage({
    title,
    figures: figuresOf(runs, zone),
    damage: notes.filter(isDamage).map(({ text }) => text),
    notes: notes.filter((note) => !isDamage(note)).map(({ text }) => text),
    days: byDay(runs, zone),
    workflows: byWorkflow(runs),
    models: tally.byModel(),
    slowest: tally.slowest(SLOWEST),
    detail: tallied === runs.length ? '' : `of the latest ${formatCount(tallied, 'run')}`,
    runs: runs.slice(0, LISTED).map((row) => ({
      row,
      started: formatClock(row.started_at, zone),
      reason: reasonText(row),
      href: hrefs.get(row) ?? null,
    })),
    more: Math.max(0, runs.length - LISTED),
  });
  const { styles } = readPageAssets();
  const script = follows === undefined ? '' : reloadScript(follows);
  return htmlText({
    ...{ doctype: '<!doctype html>', title, styles, script, body: [html] },
    follows: follows !== undefined,
  });
}

/** Browsers keep the place on a page that is loaded again. */
function reloadScript(address: string): string {
  return `new EventSource(${JSON.stringify(address)}).addEventListener('reload', () => location.reload());`;
}

function isDamage({ label }: LogNote): boolean {
  return label === 'damaged';
}

function figuresOf(runs: readonly ListedRun[], zone: TimeZone): Figure[] {
  const all = groupOf('all', runs);
  const lost = groupOf('lost', runs.filter(isLost));
  const running = runs.filter(({ status }) => status === 'running').length;
  const first = formatClock(runs.at(-1)?.started_at ?? null, zone);
  return [
    {
      name: 'Runs',
      value: groupDigits(all.runs),
      notes: [`since ${first}`, ...(running === 0 ? [] : [`${groupDigits(running)} still running`])],
    },
    { name: 'Not successful', value: groupDigits(lost.runs), notes: [shareText(lost, all)] },
    {
      name: 'Cost',
      value: moneyText(all.cost_usd, all.exact),
      notes: [
        all.exact ? 'exact' : 'not exact',
        `${moneyText(lost.cost_usd, lost.exact)} in runs that did not succeed`,
      ],
    },
    { name: 'Median time', value: durationText(all.median_ms), notes: ['of all runs'] },
  ];
}

function shareText(lost: RunGroup, all: RunGroup): string {
  return `${String(Math.round((lost.runs / Math.max(1, all.runs)) * 100))} % of all runs`;
}
