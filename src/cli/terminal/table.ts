// Any JSON result as aligned text: plain members as name and value, lists of objects as rows under a heading.
// It knows no projection, so every projection has a table. What is empty is left out.
import { colour } from './colour.ts';
import { alignRows, formatCell, isRow, type Row } from './rows.ts';

/** How some members, by their path such as `cost.lines`, are shown where rows would not do. */
export type Views = Readonly<Record<string, (value: unknown) => readonly string[]>>;

export function formatTable(result: unknown, views: Views = {}): string {
  const lines = section(result, [], views);
  return `${(lines.length === 0 ? [colour.dim('none')] : lines).join('\n')}\n`;
}

function section(value: unknown, path: readonly string[], views: Views): string[] {
  if (isEmpty(value)) return [];
  const view = views[path.join('.')];
  if (view !== undefined) return [...heading(path), ...view(value)];
  if (Array.isArray(value)) return list(value, path, views);
  if (!isRow(value)) return [formatCell(value)];
  const entries = Object.entries(value);
  const plain = entries.filter(([, member]) => !isNested(member));
  const width = Math.max(0, ...plain.map(([name]) => name.length));
  const lines = plain.map(([name, member]) => `${colour.dim(name.padEnd(width))}  ${formatCell(member)}`);
  const nested = entries.filter(([, member]) => isNested(member));
  const more = nested.flatMap(([name, member]) => section(member, [...path, name], views));
  return lines.length === 0 ? more : [...heading(path), ...lines, ...more];
}

function heading(path: readonly string[]): string[] {
  return path.length === 0 ? [] : ['', colour.bold(path.join('.'))];
}

function list(rows: readonly unknown[], path: readonly string[], views: Views): string[] {
  if (!rows.every(isRow)) return [...heading(path), ...rows.map(formatCell)];
  const inner = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const below = inner.flatMap((name) => section(innerRows(rows, name), [...path, name], views));
  return [...heading(path), ...alignRows(rows), ...below];
}

/** Lists of objects inside rows, as rows of their own that begin with what their row is about. */
function innerRows(rows: readonly Row[], name: string): Row[] {
  return rows.flatMap((row) => {
    const inner: unknown = row[name];
    const about = Object.fromEntries(Object.entries(row).slice(0, 1));
    return Array.isArray(inner) && inner.every(isRow) ? inner.map((one) => ({ ...about, ...one })) : [];
  });
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isRow(value) && Object.keys(value).length === 0;
}
