// Selects runs by status, workflow, model, label and time.
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import { PflowError } from '../../errors.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import { findNearestName } from '../../values/nearest-name.ts';

export interface RunFilter {
  readonly failed?: boolean;
  readonly status?: string;
  readonly workflow?: string;
  readonly model?: string;
  /** Labels by name; all of them must fit. */
  readonly tag?: Readonly<Record<string, string>>;
  readonly since?: string;
  readonly until?: string;
}

/** What time is measured by: the clock and the days of a zone. */
export interface FilterClock {
  readonly now: number;
  readonly zone: TimeZone;
}

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS };

/** Throws USAGE for a time that cannot be read. */
export function selectListed(
  runs: readonly ListedRun[],
  filter: RunFilter,
  clock: FilterClock,
): readonly ListedRun[] {
  const since = filter.since === undefined ? -Infinity : momentOf('--since', filter.since, clock);
  const until = filter.until === undefined ? Infinity : endOf(filter.until, clock);
  return runs.filter((run) => {
    const started = Date.parse(run.started_at ?? '');
    const isInTime = since === -Infinity && until === Infinity ? true : started >= since && started < until;
    return isInTime && fits(run, filter);
  });
}

/** Reports a workflow or a model that no run has, with the nearest name. */
export function unknownNames(runs: readonly ListedRun[], { workflow, model }: RunFilter): string[] {
  const workflows = new Set(runs.flatMap((run) => run.workflow ?? []));
  const models = new Set(runs.flatMap((run) => run.models));
  return [
    ...(workflow === undefined || workflows.has(workflow)
      ? []
      : [unknownText(`no run is of the workflow "${workflow}"`, workflow, workflows)]),
    ...(model === undefined || runs.some((run) => fits(run, { model }))
      ? []
      : [unknownText(`no run called the model "${model}"`, model, models)]),
  ];
}

function unknownText(fact: string, name: string, known: ReadonlySet<string>): string {
  const nearest = findNearestName(name, known);
  return nearest === undefined ? fact : `${fact}; did you mean ${nearest}?`;
}

function fits(run: ListedRun, { failed, status, workflow, model, tag = {} }: RunFilter): boolean {
  return (
    (failed !== true || run.status === 'failed') &&
    (status === undefined || run.status === status) &&
    (workflow === undefined || run.workflow === workflow) &&
    (model === undefined || run.models.some((name) => name === model || name.endsWith(`/${model}`))) &&
    Object.entries(tag).every(([key, value]) => run.tags !== undefined && run.tags[key] === value)
  );
}

/** The first moment that counts: `24h` ago, or the start of a day. */
function momentOf(flag: string, text: string, clock: FilterClock): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhdw])$/u.exec(text) ?? [];
  if (count !== '') return clock.now - Number(count) * (UNITS[unit] ?? 0);
  const days = { today: 0, yesterday: 1 }[text];
  if (days !== undefined) return startOfDay(clock, clock.now - days * DAY_MS);
  const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d{2})-?(\d{2})$/u.exec(text) ?? [];
  const named = Date.parse(`${year}-${month}-${day}T12:00:00Z`);
  if (!Number.isNaN(named)) return startOfDay(clock, named - clock.zone.offsetAt(named));
  throw new PflowError('USAGE', `${flag} takes a time, not ${text}`, {
    hint: 'For example 24h, 7d, today, yesterday or 2026-11-29.',
  });
}

/** A day is included up to its end; so is `until yesterday`. */
function endOf(text: string, clock: FilterClock): number {
  const start = momentOf('--until', text, clock);
  return /^\d{1,6}[mhdw]$/u.test(text) ? start : startOfDay(clock, start + 1.5 * DAY_MS);
}

function startOfDay({ zone }: FilterClock, instant: number): number {
  const local = instant + zone.offsetAt(instant);
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  return midnight - zone.offsetAt(midnight - zone.offsetAt(instant));
}
