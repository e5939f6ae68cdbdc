// Writes sums over runs as metrics for a textfile collector or a push gateway.
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: ReadonlyMap<string, number | string>;
}

export function openMetrics(rows: readonly RunRow[]): string {
  const byStatus = (row: RunRow): string => labels({ workflow: row.workflow ?? '', status: row.status });
  const byWorkflow = (row: RunRow): string => labels({ workflow: row.workflow ?? '' });
  const families: Family[] = [
    family(
      'pflow_runs_total',
      'Runs by workflow and status.',
      sums(rows, byStatus, () => 1),
    ),
    family(
      'pflow_model_calls_total',
      'Model calls that count.',
      sums(rows, byWorkflow, ({ calls }) => calls),
    ),
    family(
      'pflow_tokens_total',
      'Tokens of all classes.',
      sums(rows, byWorkflow, ({ tokens }) => tokens),
    ),
    family('pflow_cost_usd_total', 'Cost in US dollars.', amounts(rows, byWorkflow)),
    family(
      'pflow_retries_total',
      'Attempts that were repeated.',
      sums(rows, byWorkflow, (row) => row.retries),
    ),
    family(
      'pflow_run_duration_seconds_total',
      'Time of all runs.',
      sums(rows, byWorkflow, ({ duration_ms }) => duration_ms / 1_000),
    ),
    {
      name: 'pflow_last_run_timestamp_seconds',
      type: 'gauge',
      help: 'Start of the latest run by status.',
      samples: latest(rows, byStatus),
    },
  ];
  return `${families.map(familyText).join('')}# EOF\n`;
}

function family(name: string, help: string, samples: Family['samples']): Family {
  return { name, type: 'counter', help, samples };
}

function sums(
  rows: readonly RunRow[],
  keyOf: (row: RunRow) => string,
  valueOf: (row: RunRow) => number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) found.set(keyOf(row), (found.get(keyOf(row)) ?? 0) + valueOf(row));
  return found;
}

function amounts(rows: readonly RunRow[], keyOf: (row: RunRow) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const row of rows) found.set(keyOf(row), sumAmounts([found.get(keyOf(row)) ?? '0', row.cost_usd]));
  return found;
}

function latest(rows: readonly RunRow[], keyOf: (row: RunRow) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const started = Date.parse(row.started_at ?? '') / 1_000;
    if (!Number.isNaN(started)) found.set(keyOf(row), Math.max(found.get(keyOf(row)) ?? 0, started));
  }
  return found;
}

function familyText({ name, type, help, samples }: Family): string {
  if (samples.size === 0) return '';
  const lines = [...samples]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${name}${key} ${numberText(value)}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].map((line) => `${line}\n`).join('');
}

/** Amounts are exact decimals. Sums of seconds have at most nine decimals. */
function numberText(value: number | string): string {
  return typeof value === 'string' ? value : String(Number(value.toFixed(9)));
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
