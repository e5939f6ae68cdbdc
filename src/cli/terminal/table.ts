// Prints JSON results and lists of objects as aligned text.
import { colour } from './colour.ts';
import { isObject } from '../../values/json-fields.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Custom columns of some members, by path such as `cost.lines`. */
export type Views = Readonly<Record<string, (value: unknown) => readonly string[]>>;

const MAX_CELL_LENGTH = 60;

/** Columns of money are printed even when all of their amounts are 0. */
const MONEY = /cost|usd/u;

/**
 * Prints any JSON result: plain members as name and value, lists of objects as rows under a heading. Needs no knowledge
 * of a projection, so every projection has a table. Leaves out what is empty.
 */
export function formatTable(result: unknown, views: Views = {}): string {
  const lines = formatSection(result, [], views);
  return `${(lines.length === 0 ? [colour.dim('none')] : lines).join('\n')}\n`;
}

/** Returns the heading and one line for each row. Numbers are right-aligned; empty columns are left out. */
export function alignRows(rows: readonly Row[]): string[] {
  const flat = flattenRows(rows);
  const columns = listColumns(flat).map((name) => formatColumn(name, flat));
  const line = (index: number): string =>
    columns
      .map((cells) => cells[index] ?? '')
      .join('  ')
      .trimEnd();
  return [colour.dim(line(0)), ...flat.map((_row, index) => line(index + 1))];
}

function formatSection(value: unknown, path: readonly string[], views: Views): string[] {
  if (isEmptyContainer(value)) return [];
  const view = views[path.join('.')];
  if (view !== undefined) return [...formatHeading(path), ...view(value)];
  if (Array.isArray(value)) return formatList(value, path, views);
  if (!isObject(value)) return [formatCell(value)];
  const entries = Object.entries(value);
  const plain = entries.filter(([, member]) => !isNested(member));
  const width = Math.max(0, ...plain.map(([name]) => name.length));
  const lines = plain.map(([name, member]) => `${colour.dim(name.padEnd(width))}  ${formatCell(member)}`);
  const nested = entries.filter(([, member]) => isNested(member));
  const sections = nested.flatMap(([name, member]) => formatSection(member, [...path, name], views));
  return lines.length === 0 ? sections : [...formatHeading(path), ...lines, ...sections];
}

function formatHeading(path: readonly string[]): string[] {
  return path.length === 0 ? [] : ['', colour.bold(path.join('.'))];
}

function formatList(rows: readonly unknown[], path: readonly string[], views: Views): string[] {
  if (!rows.every(isObject)) return [...formatHeading(path), ...rows.map(formatCell)];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const inner = names.flatMap((name) => formatSection(innerRows(rows, name), [...path, name], views));
  return [...formatHeading(path), ...alignRows(rows), ...inner];
}

/** Turns the lists of objects inside rows into rows. Each begins with the first member of its outer row. */
function innerRows(rows: readonly Row[], name: string): Row[] {
  return rows.flatMap((row) => {
    const inner: unknown = row[name];
    const first = Object.fromEntries(Object.entries(row).slice(0, 1));
    return Array.isArray(inner) && inner.every(isObject) ? inner.map((one) => ({ ...first, ...one })) : [];
  });
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** True for a list without objects and lists. */
function isPlainList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((one) => !isNested(one));
}

function isEmptyContainer(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Returns one line of at most 60 characters. */
function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text =
    typeof value === 'string' ? value : isPlainList(value) ? listText(value) : JSON.stringify(value);
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > MAX_CELL_LENGTH ? `${line.slice(0, MAX_CELL_LENGTH - 1)}…` : line;
}

function listText(list: readonly unknown[]): string {
  return list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ');
}

function fitsCell(value: unknown): boolean {
  return value !== undefined && (!isNested(value) || isPlainList(value));
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    value === '0' ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** Lists the columns to print. The first column identifies a row and stays, even when it is blank. */
function listColumns(rows: readonly Row[]): string[] {
  const isListOfObjects = (value: unknown): boolean => Array.isArray(value) && !isPlainList(value);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => rows.some((row) => fitsCell(row[name])) && !rows.some((row) => isListOfObjects(row[name])),
  );
  const filled = names.filter(
    (name, index) => index === 0 || MONEY.test(name) || !rows.every((row) => isBlank(row[name])),
  );
  return rows.length > 0 && filled.length < 2 ? names : filled;
}

/** Turns objects in rows into columns, if they have the same members in every row. */
function flattenRows(rows: readonly Row[]): Row[] {
  const flattened = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    haveSameMembers(
      rows.flatMap((row) => (row[name] === undefined || row[name] === null ? [] : [row[name]])),
    ),
  );
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) =>
        flattened.includes(name) && isObject(value)
          ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one])
          : [[name, value]],
      ),
    ),
  );
}

function haveSameMembers(values: readonly unknown[]): boolean {
  const objects = values.filter(isObject);
  const [first] = objects;
  if (first === undefined || objects.length < values.length) return false;
  const keys = Object.keys(first).join('\n');
  return objects.every((one) => Object.keys(one).join('\n') === keys && Object.values(one).every(fitsCell));
}

/** Returns the heading and the cells of a column, padded. Amounts of money are aligned at their points. */
function formatColumn(name: string, rows: readonly Row[]): string[] {
  const plain = rows.map((row) => (fitsCell(row[name]) ? formatCell(row[name]) : ''));
  const isNumeric = plain.every((text) => text === '' || text === '-' || /^-?[\d.]+$/u.test(text));
  const cells = isNumeric && MONEY.test(name) ? alignPoints(plain) : plain;
  const width = Math.max(name.length, ...cells.map((text) => text.length));
  return [name, ...cells].map((text) => (isNumeric ? text.padStart(width) : text.padEnd(width)));
}

function alignPoints(amounts: readonly string[]): string[] {
  const decimals = amounts.map((text) => (text.includes('.') ? text.length - text.indexOf('.') : 0));
  const most = Math.max(0, ...decimals);
  return amounts.map((text, index) => text + ' '.repeat(most - (decimals[index] ?? 0)));
}
