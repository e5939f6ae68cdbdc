// Formats a spend result for people: a row and a bar for each group, never wider than the screen.
import { roundedTo } from '../../../projections/pricing/decimal.ts';
import type { Spend, SpendRow } from '../../../projections/spend/schema.ts';
import { groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { drawBar } from './bar.ts';

type Sums = Omit<SpendRow, 'group'>;

interface Column {
  readonly title: string;
  readonly cell: (sums: Sums) => string;
  /** Whether the column is shown; always by default. */
  readonly isShown?: (spend: Spend) => boolean;
  /** On a narrow screen the column with the lowest number is left out first. */
  readonly drop?: number;
}

const GAP = '  ';
const MAX_BAR_WIDTH = 24;
const MIN_BAR_WIDTH = 4;
const MIN_NAME_WIDTH = 8;

const money = (amount: string, sign = ''): string => {
  const [whole = '', rest = ''] = roundedTo(6, amount).split('.');
  return `${sign}$${groupDigits(Number(whole))}.${rest}`;
};

const COLUMNS: readonly Column[] = [
  { title: 'runs', cell: ({ runs }) => groupDigits(runs), drop: 1 },
  { title: 'calls', cell: ({ calls }) => groupDigits(calls), drop: 3 },
  { title: 'tokens', cell: ({ tokens_total }) => groupDigits(tokens_total), drop: 2 },
  { title: 'paid', cell: ({ known_cost_usd }) => money(known_cost_usd) },
  {
    title: 'estimated',
    cell: ({ estimated_cost_usd }) => (estimated_cost_usd === '0' ? '-' : money(estimated_cost_usd, '~')),
    isShown: ({ estimated_cost_usd }) => estimated_cost_usd !== '0',
  },
  {
    title: 'reused',
    cell: ({ reused_cost_usd }) => (reused_cost_usd === '0' ? '-' : money(reused_cost_usd)),
    isShown: ({ reused_calls }) => reused_calls > 0,
  },
];

export function spendTable(spend: Spend, width: number): string {
  const rows = sortRows(spend);
  const total: Sums = { ...spend, cost_usd: spend.total_cost_usd };
  const columns = fitColumns(
    COLUMNS.filter(({ isShown }) => isShown?.(spend) ?? true).map((column) =>
      sizeColumn(column, [...rows, total]),
    ),
    width,
  );
  const numbers = columns.reduce((sum, column) => sum + GAP.length + column.width, 0);
  const names = ['total', spend.by, ...rows.map(nameOf)].map((name) => Array.from(name).length);
  const nameWidth = Math.max(MIN_NAME_WIDTH, Math.min(Math.max(...names), width - numbers));
  const barWidth = Math.min(MAX_BAR_WIDTH, width - nameWidth - numbers - GAP.length);
  const most = Math.max(...rows.map(({ cost_usd }) => Number(cost_usd)));
  const line = (name: string, cells: readonly string[]): string =>
    [truncate(name, nameWidth).padEnd(nameWidth), ...cells].join(GAP);
  const barOf = ({ cost_usd }: SpendRow): string => {
    const drawn = barWidth < MIN_BAR_WIDTH ? '' : drawBar(Number(cost_usd) / most, barWidth);
    return drawn === '' ? '' : colour.dim(GAP + drawn);
  };
  const lines = [
    colour.dim(
      line(
        spend.by,
        columns.map((column) => column.title.padStart(column.width)),
      ),
    ),
    ...rows.map((row) => line(nameOf(row), cellsOf(columns, row)) + barOf(row)),
    colour.bold(line('total', cellsOf(columns, total))),
    '',
    ...footer(spend).map((text) => colour.dim(text)),
  ];
  return `${lines.map((text) => text.trimEnd()).join('\n')}\n`;
}

interface SizedColumn extends Column {
  readonly width: number;
}

function sizeColumn(column: Column, rows: readonly Sums[]): SizedColumn {
  const cells = [column.title, ...rows.map(column.cell)];
  return { ...column, width: Math.max(...cells.map((cell) => cell.length)) };
}

function fitColumns(columns: readonly SizedColumn[], width: number): readonly SizedColumn[] {
  const taken = columns.reduce((sum, column) => sum + GAP.length + column.width, MIN_NAME_WIDTH);
  const [first] = columns
    .filter(({ drop }) => drop !== undefined)
    .sort((a, b) => (a.drop ?? 0) - (b.drop ?? 0));
  if (taken <= width || first === undefined) return columns;
  return fitColumns(
    columns.filter((column) => column !== first),
    width,
  );
}

function cellsOf(columns: readonly SizedColumn[], sums: Sums): string[] {
  return columns.map(({ cell, width }) => cell(sums).padStart(width));
}

/** Days in their order, names by their cost. */
function sortRows({ by, groups }: Spend): readonly SpendRow[] {
  if (by === 'day' || by === 'week' || by === 'month') return groups;
  return groups.toSorted((a, b) => Number(b.cost_usd) - Number(a.cost_usd));
}

function nameOf({ group }: SpendRow): string {
  return (group ?? '-').replaceAll(/\s+/gu, ' ');
}

function truncate(name: string, width: number): string {
  const characters = Array.from(name);
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : name;
}

function footer({ time_zone, since, until, exact, doubts, reported, pricing }: Spend): string[] {
  const range = [since === null ? '' : ` from ${since}`, until === null ? '' : ` to ${until}`].join('');
  // Prices that were updated may have the version of those that are built in.
  const named = new Set(pricing.books.map(({ source, version }) => `${source} ${version}`));
  const books = [...named].join(' + ');
  const asOf = pricing.as_of === null ? '' : ` as of ${pricing.as_of}`;
  return [
    `days of ${time_zone}${range}; prices of ${books}${asOf}`,
    'counts runs with a model call; pflow runs lists all',
    ...(reported === undefined ? [] : [billsLine(reported)]),
    ...(exact ? [] : [`not exact: ${inexactReason(doubts)}; --json lists them`]),
  ];
}

function billsLine({ calls, provider_cost_usd, cost_usd }: NonNullable<Spend['reported']>): string {
  const what = calls === 1 ? 'a bill for 1 call' : `bills for ${groupDigits(calls)} calls`;
  return `${what}: ${money(provider_cost_usd)}; ${money(cost_usd)} by list prices`;
}

function inexactReason(doubts: Spend['doubts']): string {
  if (doubts.length === 0) return 'some calls have no known cost';
  return `some calls have doubts (${doubts.map(({ code }) => code).join(', ')}) or no known cost`;
}
