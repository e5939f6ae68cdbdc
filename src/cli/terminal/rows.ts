// Formats objects of one kind as aligned rows under a heading. Omits empty columns.
import { colour } from './colour.ts';

export type Row = Readonly<Record<string, unknown>>;

const WIDEST = 60;

/** Columns of money are shown even when all are 0. */
const MONEY = /cost|usd/u;

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list that holds no objects and no lists. */
export function isPlainList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null);
}

/** One line, never longer than 60 characters. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text =
    typeof value === 'string' ? value : isPlainList(value) ? listText(value) : JSON.stringify(value);
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}

/** The heading and one line a row; numbers are right-aligned. */
export function alignRows(rows: readonly Row[]): string[] {
  const flat = flattened(rows);
  const columns = shownNames(flat).map((name) => column(name, flat));
  const line = (index: number): string =>
    columns
      .map((cells) => cells[index] ?? '')
      .join('  ')
      .trimEnd();
  return [colour.dim(line(0)), ...flat.map((_row, index) => line(index + 1))];
}

const listText = (list: readonly unknown[]): string =>
  list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ');

const isShown = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null || isPlainList(value));

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === '0' ||
  (Array.isArray(value) && value.length === 0);

const isListOfObjects = (value: unknown): boolean => Array.isArray(value) && !isPlainList(value);

/** Names of the columns to show. The first column identifies the row and is always shown. */
function shownNames(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => rows.some((row) => isShown(row[name])) && !rows.some((row) => isListOfObjects(row[name])),
  );
  const filled = names.filter(
    (name, index) => index === 0 || MONEY.test(name) || !rows.every((row) => isNothing(row[name])),
  );
  return rows.length > 0 && filled.length < 2 ? names : filled;
}

/** Objects in rows become columns of their own, where they have the same members in every row that has them. */
function flattened(rows: readonly Row[]): Row[] {
  const records = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    isRecord(rows.flatMap((row) => (row[name] === undefined || row[name] === null ? [] : [row[name]]))),
  );
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) =>
        records.includes(name) && isRow(value)
          ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one])
          : [[name, value]],
      ),
    ),
  );
}

function isRecord(values: readonly unknown[]): boolean {
  const objects = values.filter(isRow);
  const [first] = objects;
  if (first === undefined || objects.length < values.length) return false;
  const keys = Object.keys(first).join('\n');
  return objects.every((one) => Object.keys(one).join('\n') === keys && Object.values(one).every(isShown));
}

/** Heading and cells of one column, padded; amounts of money have their points below each other. */
function column(name: string, rows: readonly Row[]): string[] {
  const plain = rows.map((row) => (isShown(row[name]) ? formatCell(row[name]) : ''));
  const numeric = plain.every((text) => text === '' || text === '-' || /^-?[\d.]+$/u.test(text));
  const cells = numeric && MONEY.test(name) ? pointed(plain) : plain;
  const width = Math.max(name.length, ...cells.map((text) => text.length));
  return [name, ...cells].map((text) => (numeric ? text.padStart(width) : text.padEnd(width)));
}

function pointed(amounts: readonly string[]): string[] {
  const behind = amounts.map((text) => (text.includes('.') ? text.length - text.indexOf('.') : 0));
  const most = Math.max(0, ...behind);
  return amounts.map((text, index) => text + ' '.repeat(most - (behind[index] ?? 0)));
}
