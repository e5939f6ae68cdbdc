// Writes sums over runs as metrics: those of now, or after each run.
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';

interface Family {
  /** Without the `_total` of a counter. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Labels of the series of a run; undefined for a run without a value. */
  readonly keyOf: (row: RunRow) => string | undefined;
  /** The next value of a series, after one more run. Amounts are exact decimals. */
  readonly add: (before: string | undefined, row: RunRow) => string;
}

/** Sums over all runs, in the text format of Prometheus: scrapers stamp them. */
export function openMetrics(rows: readonly RunRow[]): string {
  return documentOf(
    FAMILIES.flatMap((family) => {
      const name = family.type === 'counter' ? `${family.name}_total` : family.name;
      const lines = samplesOf(family, rows).map(
        ({ key, values }) => `${name}${key} ${values.at(-1)?.value ?? ''}`,
      );
      return lines.length === 0 ? [] : [...headOf(name, family), ...lines];
    }),
  );
}

/** The same sums as they were after each run, in OpenMetrics. */
export function openMetricsHistory(rows: readonly RunRow[]): string {
  const timed = rows.filter((row) => row.status !== 'running' && !Number.isNaN(endOf(row)));
  const inOrder = timed.sort((a, b) => endOf(a) - endOf(b));
  return documentOf(
    FAMILIES.flatMap((family) => {
      const suffix = family.type === 'counter' ? '_total' : '';
      const lines = samplesOf(family, inOrder).flatMap(({ key, values }) =>
        values.map(({ value, at }) => `${family.name}${suffix}${key} ${value} ${String(at / 1_000)}`),
      );
      return lines.length === 0 ? [] : [...headOf(family.name, family), ...lines];
    }),
  );
}

function byStatus({ workflow, status }: RunRow): string {
  return labels({ workflow: workflow ?? '', status });
}

function byWorkflow({ workflow }: RunRow): string {
  return labels({ workflow: workflow ?? '' });
}

const FAMILIES: readonly Family[] = [
  counter('pflow_runs', 'Runs by workflow and status.', byStatus, () => 1),
  counter('pflow_model_calls', 'Model calls that count.', byWorkflow, ({ calls }) => calls),
  counter('pflow_tokens', 'Tokens of all classes.', byWorkflow, ({ tokens }) => tokens),
  {
    ...counter('pflow_cost_usd', 'Cost in US dollars.', byWorkflow, () => 0),
    add: (before = '0', { cost_usd }) => sumAmounts([before, cost_usd]),
  },
  counter('pflow_retries', 'Attempts that were repeated.', byWorkflow, ({ retries }) => retries),
  counter(
    'pflow_run_duration_seconds',
    'Time of all runs.',
    byWorkflow,
    ({ duration_ms }) => duration_ms / 1_000,
  ),
  {
    name: 'pflow_last_run_timestamp_seconds',
    type: 'gauge',
    help: 'Start of the latest run by status.',
    keyOf: (row) => (Number.isNaN(startOf(row)) ? undefined : byStatus(row)),
    add: (before = '0', row) => numberText(Math.max(Number(before), startOf(row) / 1_000)),
  },
];

function counter(
  name: string,
  help: string,
  keyOf: Family['keyOf'],
  valueOf: (row: RunRow) => number,
): Family {
  const add: Family['add'] = (before = '0', row) => numberText(Number(before) + valueOf(row));
  return { name, type: 'counter', help, keyOf, add };
}

interface Series {
  readonly key: string;
  readonly values: { value: string; readonly at: number }[];
}

/** The series of a family by their labels, each with its value after every run. */
function samplesOf({ keyOf, add }: Family, rows: readonly RunRow[]): Series[] {
  const found = new Map<string, Series>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const series = found.get(key) ?? { key, values: [] };
    found.set(key, series);
    const last = series.values.at(-1);
    const value = add(last?.value, row);
    const at = endOf(row);
    // A series has one value for each time.
    if (last?.at === at) last.value = value;
    else series.values.push({ value, at });
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Milliseconds since the epoch. A run without an end lasted until its last event. */
function endOf(row: RunRow): number {
  return row.ended_at === null ? startOf(row) + Math.round(row.duration_ms) : Date.parse(row.ended_at);
}

function startOf({ started_at }: RunRow): number {
  return Date.parse(started_at ?? '');
}

function headOf(name: string, { type, help }: Family): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function documentOf(lines: readonly string[]): string {
  return [...lines, '# EOF'].map((line) => `${line}\n`).join('');
}

/** Sums of seconds have at most nine decimals. */
function numberText(value: number): string {
  return String(Number(value.toFixed(9)));
}

function labels(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
