// Any JSON result as aligned text: plain members as name and value, lists of objects as rows under a heading.
// It knows no projection, so every projection has a table.
import { paint } from '../paint.ts';

type Row = Readonly<Record<string, unknown>>;

const WIDEST = 60;

export function tableOf(result: unknown): string {
  return `${section(result, '').join('\n')}\n`;
}

function section(value: unknown, title: string): string[] {
  if (Array.isArray(value)) return list(value, title);
  if (!isRow(value)) return [title === '' ? cell(value) : `${title}  ${cell(value)}`];
  const entries = Object.entries(value);
  const plain = entries.filter(([, member]) => !isNested(member));
  const nested = entries.filter(([, member]) => isNested(member));
  const width = Math.max(0, ...plain.map(([name]) => name.length));
  const lines = plain.map(([name, member]) => `${paint.dim(name.padEnd(width))}  ${cell(member)}`);
  for (const [name, member] of nested)
    lines.push(...section(member, title === '' ? name : `${title}.${name}`));
  return title === '' ? lines : ['', paint.bold(title), ...lines];
}

function list(rows: readonly unknown[], title: string): string[] {
  const heading = title === '' ? [] : ['', paint.bold(title)];
  if (rows.length === 0) return [...heading, paint.dim('none')];
  if (!rows.every(isRow)) return [...heading, ...rows.map(cell)];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => row[name] !== undefined && !isNested(row[name])),
  );
  const columns = names.map((name) => column(name, rows));
  const line = (index: number): string =>
    columns
      .map((cells) => cells[index] ?? '')
      .join('  ')
      .trimEnd();
  return [...heading, paint.dim(line(0)), ...rows.map((_row, index) => line(index + 1))];
}

/** Heading and cells of one column, padded; numbers stand to the right. */
function column(name: string, rows: readonly Row[]): string[] {
  const cells = rows.map((row) => (row[name] === undefined || isNested(row[name]) ? '' : cell(row[name])));
  const width = Math.max(name.length, ...cells.map((text) => text.length));
  const numeric = cells.every((text) => text === '' || /^-?[\d.]+$/u.test(text));
  return [name, ...cells].map((text) => (numeric ? text.padStart(width) : text.padEnd(width)));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
